// Stands between the pages and the line. It keeps the static files and one page without anything personal, and shows that page where another
// cannot come for lack of a line. No other page, and no answer with somebody's words in it, is ever kept. The server writes `told` above.
const { mark, files } = self.told;
const KEPT = `mrc-${mark}`;
const SHELL = "/offline";
const SHOWN = { cacheName: KEPT, ignoreVary: true };

const tongueOf = (shell) => shell?.headers.get("Content-Language");

// One worker for all languages: a change of language takes another shell.
async function speak(tongue) {
  const kept = await caches.open(KEPT);
  if (tongueOf(await kept.match(SHELL)) === tongue) return;
  const shell = await fetch(`${SHELL}?tongue=${tongue}`, { credentials: "omit" });
  if (shell.ok) await kept.put(SHELL, shell);
}

async function install() {
  const before = tongueOf(await caches.match(SHELL));
  await (await caches.open(KEPT)).addAll(files);
  await speak(before ?? "en");
}

async function activate() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.registration.navigationPreload?.enable(); // The browser asks while this script wakes up.
  await self.clients.claim();
}

// After a quick exit our shell is not what somebody at the shoulder should see.
async function page(event, pathname) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (pathname !== "/leave" && (await caches.match(SHELL, SHOWN))) || Response.error();
  }
}

async function file(request) {
  const found = await caches.match(request, SHOWN);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const { tongue, begin } = event.data;
  if (tongue) event.waitUntil(speak(tongue));
  if (begin) event.waitUntil(self.skipWaiting());
});
self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (pathname.startsWith(`/static/${mark}/`)) event.respondWith(file(event.request));
});
