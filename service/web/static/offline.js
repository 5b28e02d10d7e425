// The page that lies on the device: contacts and sign-ups written without a line. What was written is shown again only when the server has
// said that the same person is in.
import { drop, mine, named, own, put, seal, unseal } from "./device.js";
import { lock } from "./exits.js";
import { known } from "./known.js";
import { send, session } from "./line.js";

const MOST = 200;
const form = document.getElementById("entry");
const says = document.getElementById("entry-says");
const list = document.getElementById("refused");
const which = form.elements.session;
let mending = null;
let key = crypto.randomUUID?.();

function say(what) {
  says.textContent = what ? says.dataset[what] : "";
  says.hidden = !what;
}

// A sign-up has no channel and no centre: the session has both.
function chosen() {
  for (const one of form.querySelectorAll("[data-contact]")) one.disabled = one.hidden = which.value !== "";
}

function typed() {
  const { session: its, ...fields } = Object.fromEntries(new FormData(form));
  return { path: its ? `/outreach/${its}/sign-ups` : "/contacts", title: which.selectedOptions[0].text, fields };
}

const begun = () => Boolean(form.elements.name.value || form.elements.phone.value || form.elements.question.value);

function fresh() {
  form.reset();
  chosen();
  mending = null;
  key = crypto.randomUUID();
}

// Under the key that it is sent with: pressed twice it is one entry, sent twice one record.
async function keep(problem = null) {
  const record = { id: key, owner: await named("owner"), at: mending?.at ?? Date.now(), refused: problem !== null };
  await put("entries", { ...record, ...(await seal(record.id, { ...typed(), problem })) });
  fresh();
}

function reasons(problem) {
  if (problem.unfinished) return [says.dataset.unfinished];
  const faults = (problem.faults ?? []).map((one) => (one.label ? `${one.label}: ${one.says}` : one.says));
  return faults.length ? faults : [problem.title];
}

function mend(record, entry) {
  if (begun()) return say("first");
  fresh();
  for (const [name, value] of Object.entries(entry.fields)) {
    const field = form.elements[name];
    if (field?.type === "checkbox") field.checked = true;
    else if (field) field.value = value;
  }
  const its = entry.path.split("/")[2] ?? "";
  if (![...which.options].some((one) => one.value === its)) which.append(new Option(entry.title, its)); // yesterday's
  which.value = its;
  chosen();
  [mending, key] = [record, record.id];
  form.elements.name.focus();
}

function line(record, entry) {
  const item = document.getElementById("refused-one").content.firstElementChild.cloneNode(true);
  item.querySelector(".fault").textContent = reasons(entry.problem).join(" ");
  const { name, phone, question } = entry.fields;
  item.querySelector("bdi").textContent = [name, phone, question].filter(Boolean).join(" · ");
  item.addEventListener("click", async ({ target }) => {
    if (target.value === "mend") mend(record, entry);
    if (target.value === "away") {
      await drop("entries", record.id);
      await send();
    }
  });
  return item;
}

async function showRefused() {
  const refused = (await own("entries")).filter((one) => one.refused);
  const may = refused.length && (await session().catch(() => null));
  const items = [];
  if (may) {
    for (const one of refused) {
      const entry = await unseal(one.id, one);
      if (entry) items.push(line(one, entry));
    }
  }
  list.replaceChildren(...items);
  list.parentElement.hidden = !items.length;
}

// Left alone: what is half written is sealed too and shown again after signing in; the desk locks as soon as there is a line for it.
async function left(event) {
  event.preventDefault();
  if (begun()) await keep({ unfinished: true });
  list.replaceChildren();
  const its = await session().catch(() => null);
  if (!its) return location.reload();
  const out = document.createElement("form");
  Object.assign(out, { method: "post", action: "/lock" });
  for (const [name, value] of [["form_token", its.form_token], ["next", "/offline"]]) {
    out.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(out);
  lock(out);
}

async function begin() {
  const may = await mine;
  document.getElementById("closed").hidden = Boolean(may);
  form.hidden = !may;
  if (!may) return;
  const { centres, sessions } = await known();
  which.append(...sessions.map((one) => new Option(one.title, one.id)));
  which.closest(".field").hidden = !sessions.length;
  form.elements.centre.append(...centres.map((one) => new Option(one, one)));
  form.elements.centre.closest(".field").hidden = centres.length < 2;
  await send();
}

which.addEventListener("change", chosen);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!begun()) return say("empty");
  if (!mending && (await own("entries")).length >= MOST) return say("full");
  await keep();
  say("kept");
  form.elements.name.focus();
  send();
});
document.getElementById("send-now").addEventListener("click", send);
document.addEventListener("mrc-lock", left);
document.addEventListener("mrc-line", () => showRefused().catch(() => {}));
begin();
