// The ways out of the desk and what each leaves on the device: signing out takes one's own drafts and the key along, a quick exit the drafts
// of everybody, the lock the key alone. All tabs go together. The session ends at the server, with this script or without it.
import { counted, empty, own } from "./device.js";
import { forget, saveAll } from "./drafts.js";

const DUE = "mrc-lock-due";
const tabs = new BroadcastChannel("mrc");
const lockForm = document.getElementById("lock-form");
const door = document.querySelector('form[action="/sign-in"]');
const outForm = document.querySelector('form[action="/sign-out"]');
const soon = (...work) => Promise.race([Promise.allSettled(work), new Promise((resolve) => setTimeout(resolve, 1000))]);

export async function leave(told) {
  document.body.hidden = true;
  localStorage.setItem(DUE, "yes"); // Without a line the session ends as soon as there is one.
  if (told !== true) tabs.postMessage("leave");
  await soon(forget(true), empty("keep"));
  location.replace("/leave");
}

// Keeps what was typed, then hands the desk to the sign-in page.
export async function lock(form = lockForm) {
  await soon(saveAll());
  localStorage.setItem(DUE, "yes");
  tabs.postMessage("lock");
  await soon(empty("keep"));
  form.submit();
}

async function locked() {
  await soon(saveAll());
  location.replace(`/sign-in?locked=1&next=${encodeURIComponent(lockForm?.elements.next.value ?? "/")}`);
}

async function signOut() {
  tabs.postMessage("out");
  await soon(forget(), empty("keep"));
  outForm.submit();
}

async function out() {
  await soon(forget());
  location.replace("/sign-in");
}

// What waits for the line is not lost by signing out, but nobody should learn so later.
async function asked() {
  const waiting = await own("entries").catch(() => []);
  if (!waiting.length) return signOut();
  const dialog = document.getElementById("unsent");
  const says = dialog.querySelector("p");
  says.textContent = counted(says.dataset, "unsent", waiting.length);
  dialog.showModal();
}

const heard = {
  leave: () => leave(true),
  lock: () => door || locked(),
  out: () => door || out(),
  in: () => door && !door.elements.kept && location.replace(door.elements.next.value),
};
tabs.addEventListener("message", ({ data }) => heard[data]?.());

function instead(deed) {
  return (event) => {
    event.preventDefault();
    deed();
  };
}
document.querySelector("a.exit")?.addEventListener("click", instead(leave));
lockForm?.addEventListener("submit", instead(lock));
outForm?.addEventListener("submit", instead(asked));
document.querySelector("#unsent")?.addEventListener("click", ({ target }) => {
  if (target.value === "go") signOut();
  else if (target.value === "stay") target.closest("dialog").close();
});

if (door) localStorage.removeItem(DUE);
else if (lockForm && localStorage.getItem(DUE)) {
  document.body.hidden = true;
  lockForm.submit();
} else if (lockForm) tabs.postMessage("in");
