// The line: what was written without one goes up when it is back, each entry under a key of its own, so that it becomes one record however
// often it is sent. A line in the bar says what waits.
import { counted, drop, mine, own, put, seal, unseal } from "./device.js";

const JSON_ONLY = { Accept: "application/json" };
const bar = document.getElementById("line");
const state = { cut: !navigator.onLine, sent: 0 };
const RETRY = 60e3;
let sending;
let again = false;
let later;

// What a form of this session carries; null when the session ended. Throws where nothing sensible is answered: no line, no service.
export async function session() {
  const answer = await fetch("/session", { headers: JSON_ONLY, cache: "no-store" });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error("later");
  return answer.json();
}

async function show() {
  const lying = await own("entries").catch(() => []);
  const refused = lying.filter((one) => one.refused).length;
  const waiting = lying.length - refused;
  const says = bar.dataset;
  const parts = [
    waiting ? counted(says, state.cut ? "cut" : "wait", waiting) : state.cut && says.none,
    refused && counted(says, "refused", refused),
    state.sent && counted(says, "sent", state.sent),
  ].filter(Boolean);
  bar.firstElementChild.textContent = parts.join(" ");
  bar.hidden = !parts.length;
  bar.querySelector("a").hidden = !(await mine) || document.getElementById("entry") !== null;
  document.dispatchEvent(new Event("mrc-line"));
  return waiting > 0;
}

async function sendOne(record, token) {
  const entry = await unseal(record.id, record);
  if (!entry) return drop("entries", record.id);
  const body = new URLSearchParams({ ...entry.fields, form_token: token, key: record.id });
  const answer = await fetch(entry.path, { method: "POST", body, headers: JSON_ONLY });
  if (answer.status === 201 || (answer.ok && answer.redirected)) {
    state.sent += 1;
    return drop("entries", record.id);
  }
  if (answer.status === 401 || answer.status >= 500) throw new Error("later");
  const problem = await answer.json();
  return put("entries", { ...record, refused: true, ...(await seal(record.id, { ...entry, problem })) });
}

async function sendAll() {
  const lying = (await own("entries")).filter((one) => !one.refused);
  const its = lying.length ? await session() : null;
  if (its?.open) for (const record of lying) await sendOne(record, its.form_token);
}

async function run() {
  state.cut = !navigator.onLine;
  try {
    if (await mine) await navigator.locks.request("mrc-send", sendAll);
  } catch {
    state.cut = true;
  }
  return show();
}

// Asked while it sends, it sends once more: the line may have come back, or something been written, behind its back. What waits is tried
// again each minute, because not every line says when it is back.
export function send() {
  again = true;
  return (sending ??= sendOn().finally(() => (sending = undefined)));
}

async function sendOn() {
  clearTimeout(later);
  let waits = false;
  while (again) {
    again = false;
    waits = await run();
  }
  if (state.cut && waits) later = setTimeout(send, RETRY);
}

addEventListener("online", send);
addEventListener("offline", send);
send();
