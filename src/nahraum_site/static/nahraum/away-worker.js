// Keeps the page on the way and the files it needs, nothing else, and answers with them where the network does not.
const CACHE = `nahraum-unterwegs-${VERSION}`;
const SHELL = new URL("./", self.location).pathname;
const PATIENCE = 4000; // ms: a network that only seems to be there

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isShell = pathname === SHELL && event.request.mode === "navigate";
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (isShell || FILES.includes(pathname)) event.respondWith(answer(event.request, pathname, isShell));
});

// a redirect is an error: the page to sign in is not the page on the way
async function keep() {
  const cache = await caches.open(CACHE);
  await Promise.all([SHELL, ...FILES].map(async (path) => {
    const found = await fetch(path, { cache: "reload", redirect: "error" });
    if (!found.ok) throw new Error(path);
    await cache.put(path, found);
  }));
}

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith("nahraum-unterwegs-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answer(request, path, isShell) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path, { ignoreVary: true });
  const late = new Promise((done) => { setTimeout(done, PATIENCE, kept); });
  const found = await (kept ? Promise.race([fetch(request).catch(() => kept), late]) : fetch(request));
  if (isShell && found.ok && found !== kept) await cache.put(path, found.clone());
  return found.ok || !kept ? found : kept; // signed out, the server leads away: the page on the way says so itself
}
