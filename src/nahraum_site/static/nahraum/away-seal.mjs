// Sealing on the device: a key from a passphrase, and words that open with it and at their own place only.
export const ROUNDS = 600_000; // of PBKDF2 with SHA-256: what OWASP asks for, about half a second on a telephone
export const SHORTEST = 12; // characters of a passphrase

const bytes = (words) => new TextEncoder().encode(words);
export const salt = () => crypto.getRandomValues(new Uint8Array(16));
export const able = () => Boolean(globalThis.crypto?.subtle && globalThis.indexedDB && navigator.serviceWorker);

export async function keyFrom(passphrase, { salt, rounds }) {
  const typed = await crypto.subtle.importKey("raw", bytes(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function seal(key, words, place) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(place) }, key, bytes(words));
  return { iv, sealed };
}

// throws where the key or the place is another
export async function unseal(key, { iv, sealed }, place) {
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bytes(place) }, key, sealed);
  return new TextDecoder().decode(opened);
}
