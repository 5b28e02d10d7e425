// A desk left alone locks, and says so before; so it does before the server's hour without a visit and before the session's own end.
import { counted } from "./device.js";
import { lock } from "./exits.js";
import { session } from "./line.js";

const MINUTE = 60e3;
const TOUCH = "mrc-last-touch"; // of all tabs together: who works in one is at the desk
const VISIT = "mrc-last-visit";
const dialog = document.getElementById("lock");
const says = document.getElementById("lock-says");
const visited = document.getElementById("lock-form"); // the page that lies on the device is no visit
const lasts = { idle: dialog?.dataset.after * MINUTE, hour: visited ? 60 * MINUTE : Infinity };
const ends = dialog?.dataset.endsIn ? Date.now() + dialog.dataset.endsIn * 1000 : Infinity;
const warns = { idle: 2 * MINUTE, hour: 5 * MINUTE, end: 10 * MINUTE };
const LAST = 2 * MINUTE; // who heard of the end and stays is told once more
let noted = 0;
let locking = false;

const since = (what) => Date.now() - Number(localStorage.getItem(what));
const note = (what) => localStorage.setItem(what, Date.now());

function touched() {
  if (dialog.open || Date.now() - noted < 1000) return;
  noted = Date.now();
  note(TOUCH);
}

function look() {
  if (locking) return;
  const left = { idle: lasts.idle - since(TOUCH), hour: lasts.hour - since(VISIT), end: ends - Date.now() };
  const [kind] = Object.keys(left)
    .filter((one) => left[one] <= warns[one])
    .sort((one, other) => left[one] - left[other]);
  if (!kind) dialog.close();
  else if (left[kind] <= 0) close();
  else say(kind, Math.ceil(left[kind] / MINUTE));
}

function say(kind, minutes) {
  const now = counted(says.dataset, kind, minutes);
  if (says.textContent !== now) says.textContent = now;
  dialog.dataset.kind = kind;
  dialog.querySelector("[value=now]").hidden = kind === "end";
  dialog.querySelector("[value=anew]").hidden = kind !== "end";
  if (!dialog.open) dialog.showModal();
}

// A page that has its own way of closing says so.
function close() {
  locking = true;
  dialog.close();
  if (document.dispatchEvent(new Event("mrc-lock", { cancelable: true }))) lock();
}

// Staying is a visit. A session that ended meanwhile is not stayed in.
async function stay() {
  note(TOUCH);
  if (dialog.dataset.kind === "end") warns.end = warns.end > LAST ? LAST : 0;
  dialog.close();
  try {
    if (await session()) note(VISIT);
    else if (visited) close();
  } catch {
    // No line: the desk stays open here, the server's hour goes on.
  }
}

if (dialog) {
  note(TOUCH);
  note(VISIT);
  for (const event of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    addEventListener(event, touched, { capture: true, passive: true });
  }
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  dialog.querySelector("[value=stay]").addEventListener("click", stay);
  dialog.querySelector("[value=now]").addEventListener("click", close);
  dialog.querySelector("[value=anew]").addEventListener("click", close);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("storage", look);
  setInterval(look, 5000);
}
