// Keys: / finds, g and a letter goes to a place, ? shows them all, Ctrl+Enter saves, Escape twice leaves. Single characters can be turned
// off: speech and some aids type them by accident.
import { leave } from "./exits.js";

const OFF = "mrc-keys";
const SOON = 1500;
const TWICE = 500;
const search = document.querySelector("#find-q, #q");
const list = document.getElementById("keys");
const single = document.getElementById("keys-on");
const shown = document.getElementById("keys-shown");
let going = -SOON;
let escaped = -TWICE;

// The character in Latin letters, whatever the keyboard writes at that place.
function character({ key, code, shiftKey }) {
  if (/^[a-z/?]$/i.test(key)) return key.toLowerCase();
  if (code === "Slash") return shiftKey ? "?" : "/";
  return code.startsWith("Key") ? code[3].toLowerCase() : "";
}

function find() {
  search?.focus();
  search?.select();
  return search;
}

function go(letter) {
  const place = document.querySelector(`[data-go="${letter}"]`);
  place?.click();
  return place;
}

function show() {
  list?.showModal();
  return list;
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || localStorage.getItem(OFF)) return;
  const one = character(event);
  const after = event.timeStamp - going < SOON;
  going = !after && one === "g" ? event.timeStamp : -SOON;
  const deed = after ? () => one && go(one) : { "/": find, "?": show }[one];
  if (deed?.()) event.preventDefault();
}

// Not the Escape that closes a dialog: somebody who stays did not want to leave.
function left(event) {
  const closing = document.querySelector("dialog[open]") || event.repeat || event.isComposing;
  if (!closing && event.timeStamp - escaped < TWICE) leave();
  escaped = closing ? -TWICE : event.timeStamp;
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, textarea, select");
  if (event.key === "Escape") return left(event);
  if (event.key !== "Enter") return pressed(event);
  if (!field?.form) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    field.form.requestSubmit();
  } else if (field.form.matches("[data-calm]") && field.matches("input")) {
    event.preventDefault(); // Enter goes on, it does not send.
  }
});

if (list) {
  shown.hidden = false;
  shown.addEventListener("click", show);
  single.checked = !localStorage.getItem(OFF);
  single.addEventListener("change", () => (single.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "off")));
}
