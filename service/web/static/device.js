// What this device keeps lies sealed in IndexedDB. The key comes from the server, for one person on one device, and only while they are in.
const HOUR = 3600e3;
const LASTS = { drafts: 12 * HOUR, entries: 24 * HOUR };
const KEY_LASTS = 12 * HOUR; // as long as a session may at most
const bytes = (text) => new TextEncoder().encode(text);
const meta = document.querySelector("meta[name=mrc-device-key]");
export const done = meta?.dataset.done.split(" ").filter(Boolean) ?? [];
export const centres = meta?.dataset.centres.split(" ") ?? [];

let opened;
function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("mrc", 1);
    asked.onupgradeneeded = () => {
      for (const name of ["drafts", "entries", "keep"]) asked.result.createObjectStore(name, { keyPath: "id" });
    };
    asked.onsuccess = () => {
      asked.result.onclose = () => (opened = undefined);
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

// One transaction over one store, answered when it is on the disk: a power cut does not wait.
async function on(name, mode, deed) {
  const deal = (await open()).transaction(name, mode, { durability: "strict" });
  const asked = deed(deal.objectStore(name));
  return new Promise((resolve, reject) => {
    deal.oncomplete = () => resolve(asked?.result);
    deal.onabort = () => reject(deal.error);
  });
}
export const all = (store) => on(store, "readonly", (it) => it.getAll());
export const put = (store, record) => on(store, "readwrite", (it) => it.put(record));
export const drop = (store, ...ids) => on(store, "readwrite", (it) => ids.forEach((id) => it.delete(id)));
export const empty = (store) => on(store, "readwrite", (it) => it.clear());

async function derived(hex) {
  const raw = Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));
  const root = await crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
  const one = (info, kind, uses) => {
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(info) };
    return crypto.subtle.deriveKey(how, root, kind, false, uses);
  };
  return {
    seals: await one("seal", { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]),
    names: await one("name", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"]),
  };
}

async function found() {
  if (document.querySelector('form[action="/sign-in"]')) {
    await empty("keep");
    return null;
  }
  if (meta) {
    const key = await derived(meta.content);
    meta.remove();
    await put("keep", { id: "key", at: Date.now(), ...key });
    return key;
  }
  const key = (await all("keep")).find((one) => one.id === "key");
  return key && Date.now() - key.at < KEY_LASTS ? key : null;
}

// The keys of whoever is in, or null: then nothing is kept, and nothing that lies here can be read.
export const mine = found().catch(() => null);

// A name that tells nobody else which form, or whose.
export async function named(text) {
  const mark = await crypto.subtle.sign("HMAC", (await mine).names, bytes(text));
  return Array.from(new Uint8Array(mark), (one) => one.toString(16).padStart(2, "0")).join("");
}

export async function seal(place, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bytes(place) };
  return { iv, sealed: await crypto.subtle.encrypt(how, (await mine).seals, bytes(JSON.stringify(value))) };
}

// Null for what another person sealed, or somebody moved.
export async function unseal(place, { iv, sealed }) {
  const how = { name: "AES-GCM", iv, additionalData: bytes(place) };
  try {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, (await mine).seals, sealed)));
  } catch {
    return null;
  }
}

// Older ones are deleted unread; what is left of it is the reader's own.
export async function own(store) {
  const lying = await all(store);
  const old = lying.filter((one) => Date.now() - one.at > LASTS[store]);
  if (old.length) await drop(store, ...old.map((one) => one.id));
  if (!(await mine)) return [];
  const owner = await named("owner");
  return lying.filter((one) => one.owner === owner && !old.includes(one)).sort((a, b) => a.at - b.at);
}

// A sentence with its one gap filled.
export const fill = (sentence, value) => sentence.replace(/\{\w+\}/, value);
export const counted = (said, name, n) => fill(said[name + (n === 1 ? "One" : "Many")], n);
