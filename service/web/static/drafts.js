// What is typed in a form is kept until the form was done, for the same person to find again. The server says what was done: it names
// the form's key on the next page. A line that breaks, a session that ends, a power cut name nothing, so the draft stays.
import { done, drop, empty, fill, named, own, put, seal, unseal } from "./device.js";

const PAUSE = 400;
const LONGEST = 3000; // milliseconds of typing without a pause
const SECRET = "[type=password], [autocomplete=one-time-code]";
const sheets = new Map();
let over = false;

const typed = (field) => field.name && !field.matches("button, [type=hidden], [type=file]");

function values(form) {
  const found = {};
  for (const field of form.elements) if (typed(field)) found[field.name] = [];
  for (const [name, value] of new FormData(form)) found[name]?.push(value);
  return found;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

async function keep(sheet) {
  const { form, key, called, before, mended } = sheet;
  const now = values(form);
  const names = Object.keys(now).filter((one) => mended.has(one) || !same(now[one], before[one]));
  if (!names.length) return drop("drafts", key.value);
  const of = (all) => Object.fromEntries(names.map((one) => [one, all[one]]));
  const id = key.value;
  const [name, owner] = [await named(called), await named("owner")];
  const content = await seal(id + name, { fields: of(now), was: of(before) });
  if (!over) await put("drafts", { id, name, owner, at: Date.now(), ...content });
}

// One after the other, so that an older state never lands on a newer one.
function save(sheet) {
  clearTimeout(sheet.timer);
  if (over || !sheet.dirty) return sheet.saved;
  sheet.dirty = 0;
  return (sheet.saved = sheet.saved.then(() => keep(sheet)).catch(() => {}));
}

export const saveAll = () => Promise.all([...sheets.values()].map(save));

function touched(sheet) {
  sheet.dirty ||= Date.now();
  clearTimeout(sheet.timer);
  if (Date.now() - sheet.dirty > LONGEST) save(sheet);
  else sheet.timer = setTimeout(save, PAUSE, sheet);
}

// At sign-out what is one's own goes; at a quick exit everything does.
export async function forget(everybodys = false) {
  over = true;
  await Promise.all([...sheets.values()].map((sheet) => sheet.saved));
  if (everybodys) return empty("drafts");
  const lying = await own("drafts");
  return drop("drafts", ...lying.map((one) => one.id));
}

function restore(form, fields) {
  const rest = structuredClone(fields);
  for (const field of form.elements) {
    if (!typed(field) || !(field.name in rest)) continue;
    if (field.matches("[type=radio], [type=checkbox]")) field.checked = fields[field.name].includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = fields[field.name].includes(option.value);
    else field.value = rest[field.name].shift() ?? "";
  }
}

// Where the record says something else now than when it was typed over, both are shown.
function compare(sheet, { fields, was }) {
  const note = document.getElementById("meanwhile");
  for (const field of sheet.form.elements) {
    const now = sheet.before[field.name]?.[0];
    if (!field.matches("textarea, input:not([type=radio], [type=checkbox])") || !now || !was[field.name]) continue;
    if (same([now], was[field.name]) || same([now], fields[field.name])) continue;
    const said = note.content.firstElementChild.cloneNode(true);
    said.firstElementChild.textContent = now;
    said.prepend(note.dataset.says, " ");
    field.after(said);
  }
}

function when(at) {
  const said = document.getElementById("draft").dataset;
  const there = (how, time) => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Karachi", ...how }).format(time);
  const day = { dateStyle: "short" };
  const sentence = there(day, at) === there(day, Date.now()) ? said.today : said.yesterday;
  return fill(sentence, there({ hour: "2-digit", minute: "2-digit" }, at));
}

function offer(sheet, record, content) {
  const line = document.getElementById("draft").content.firstElementChild.cloneNode(true);
  const says = line.querySelector("span");
  says.textContent = fill(says.textContent, when(record.at));
  line.addEventListener("click", ({ target }) => {
    if (!target.value) return;
    if (target.value === "back") {
      restore(sheet.form, content.fields);
      compare(sheet, content);
      // It may have arrived the first time: under the same key it is done once.
      sheet.key.value = record.id;
      sheet.mended = new Set(Object.keys(content.fields));
      touched(sheet);
    } else drop("drafts", record.id);
    line.remove();
    [...sheet.form.elements].find(typed)?.focus();
  });
  sheet.form.before(line);
  sheet.form.closest("details")?.setAttribute("open", "");
}

async function meet(sheet, record) {
  const content = await unseal(record.id + record.name, record);
  if (!content) return;
  if (Object.entries(content.fields).some(([name, value]) => !same(value, sheet.before[name]))) return offer(sheet, record, content);
  // The form says it already. Refused or grown and shown again it was not done, and goes on under its new key; otherwise the record has it.
  if (document.querySelector(".wrong, [data-unsaved]")) {
    sheet.mended = new Set(Object.keys(content.fields));
    sheet.dirty = Date.now();
    await save(sheet);
  }
  await drop("drafts", record.id);
}

for (const key of document.querySelectorAll("input[name=key][data-form]")) {
  const { form } = key;
  if (form.querySelector(SECRET)) continue;
  const called = `${new URL(form.action).pathname} ${key.dataset.form}`;
  sheets.set(form, { form, key, called, before: values(form), mended: new Set(), saved: Promise.resolve(), dirty: 0 });
}

async function begin() {
  if (done.length) await drop("drafts", ...done);
  const lying = await own("drafts");
  if (!lying.length) return;
  for (const sheet of sheets.values()) {
    const name = await named(sheet.called);
    for (const record of lying) if (record.name === name) await meet(sheet, record);
  }
}

for (const event of ["input", "change"]) {
  document.addEventListener(event, ({ target }) => {
    const sheet = sheets.get(target.form);
    if (sheet) touched(sheet);
  });
}
addEventListener("pagehide", saveAll);
document.addEventListener("visibilitychange", () => document.hidden && saveAll());

// The last words before the button are kept too, before the form leaves.
document.addEventListener("submit", async (event) => {
  const sheet = sheets.get(event.target);
  if (!sheet || event.defaultPrevented || !(sheet.dirty || sheet.leaving)) return;
  event.preventDefault();
  if (sheet.leaving) return;
  sheet.leaving = true;
  await Promise.race([save(sheet), new Promise((resolve) => setTimeout(resolve, 300))]);
  sheet.leaving = false;
  // A save may fail at once; inside the event a browser would do nothing.
  setTimeout(() => event.target.requestSubmit(event.submitter));
});

begin().catch(() => {});
