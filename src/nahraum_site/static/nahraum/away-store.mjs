// What lies on the device: packs (salt and check of a person), texts and notes. Words and names are sealed before.
const NAME = "nahraum-unterwegs";
const KEYS = { packs: "person", texts: ["person", "id"], notes: ["person", "id"] };
let opened = null;

const answered = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

function open() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => Object.entries(KEYS).forEach(([name, keyPath]) => request.result.createObjectStore(name, { keyPath }));
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  return opened;
}

export async function all(name, person = null) {
  const found = await answered((await open()).transaction(name).objectStore(name).getAll());
  return person === null ? found : found.filter((each) => each.person === person);
}

export async function get(name, ...key) {
  return answered((await open()).transaction(name).objectStore(name).get(key.length > 1 ? key : key[0]));
}

// all rows of {store: [rows]} are stored, or none
export async function put(rows) {
  const writing = (await open()).transaction(Object.keys(rows), "readwrite");
  for (const [name, each] of Object.entries(rows)) for (const row of each) writing.objectStore(name).put(row);
  return new Promise((done, failed) => {
    writing.oncomplete = () => done();
    writing.onabort = () => failed(writing.error);
  });
}

export async function remove(name, ...key) {
  return answered((await open()).transaction(name, "readwrite").objectStore(name).delete(key.length > 1 ? key : key[0]));
}
