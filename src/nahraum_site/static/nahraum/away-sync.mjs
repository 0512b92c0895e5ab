// What goes back to the server, and what the server says of the texts on the device.
import { unseal } from "./away-seal.mjs";
import * as store from "./away-store.mjs";
import { Queue } from "./coding-queue.mjs";

const PATIENCE = 8000; // ms: a network that only seems to be there
const senders = new Map();

export const placeOf = ({ person, id }, part) => `${person} ${id} ${part}`;
export const idOf = (url) => /\/texte\/([0-9a-f-]{36})\//.exec(url)?.[1] ?? "";

// who is signed in and what may be taken along; or only in which state the device is
export async function asked(address) {
  if (!navigator.onLine) return { state: "offline" };
  try {
    const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.type === "opaqueredirect") return { state: "signin" };
    if (answer.status === 403) return { state: "forbidden" };
    return { state: "online", ...(await answer.json()) };
  } catch {
    return { state: "offline" };
  }
}

export function post(address, token, body) {
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    redirect: "manual",
  });
}

function senderOf(person) {
  if (!senders.has(person)) {
    const sender = { stored: 0, state: "saved" };
    sender.queue = new Queue({ person, told: { answered() { sender.stored += 1; }, refused() {}, state(name) { sender.state = name; } } });
    senders.set(person, sender);
  }
  return senders.get(person);
}

// Return how many steps were stored. Who is refused twice with a fresh mark may not code there any more.
export async function sendSteps(address, { person, token }) {
  const sender = senderOf(person);
  const { queue } = sender;
  [sender.stored, sender.state, queue.token] = [0, "saved", token];
  for (let before = null, first = null; ; before = first) {
    await queue.send();
    if (sender.state !== "signin") break;
    [first] = queue.keys();
    const now = await asked(address);
    if (now.person !== person) break;
    queue.token = now.token;
    if (first === before) {
      const { url, wish } = queue.read(first);
      queue.refuse(url, wish, "403", true);
      queue.drop(first);
    }
  }
  return sender.stored;
}

// Return how many notes were stored, whether one stands beside another version of itself, and how many wait for the key
export async function sendNotes({ person, token }, key) {
  const told = { stored: 0, beside: false, locked: 0 };
  for (const note of (await store.all("notes", person)).filter((each) => !each.sent)) {
    if (!key) {
      told.locked += 1;
      continue;
    }
    const words = await unseal(key, note, placeOf(note, "note"));
    if (!words.trim()) continue;
    const answer = await post(note.address, token, { uuid: note.uuid, words, version: note.version });
    const said = await answer.json().catch(() => null);
    if (answer.ok && said) {
      const now = await store.get("notes", person, note.id);
      await store.put({ notes: [{ ...now, uuid: said.uuid, version: said.version, sent: String(now.iv) === String(note.iv) }] });
      told.stored += 1;
      told.beside ||= said.beside;
    } else if ([403, 404, 422].includes(answer.status)) {
      const wish = { key: `note-${note.id}`, kind: "note" };
      senderOf(person).queue.refuse(note.address, wish, said?.error ?? `${answer.status}`, true);
    }
  }
  return told;
}

// Ask how the texts on the device stand; those that may not be here any more go. Return how many went.
export async function renew(address, { person, token }) {
  const texts = await store.all("texts", person);
  const answer = texts.length ? await post(address, token, { texts: texts.map((each) => each.id) }) : null;
  if (!answer?.ok) return 0;
  const now = (await answer.json()).texts;
  const gone = texts.filter((each) => !now[each.id]);
  for (const each of gone) await store.remove("texts", person, each.id);
  await store.put({ texts: texts.filter((each) => now[each.id]).map((each) => ({ ...each, now: now[each.id] })) });
  return gone.length;
}
