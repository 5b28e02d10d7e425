// What the offline page must know of today and may not carry itself: the outreach sessions that pages showed, and one's centres. Sealed.
import { all, centres, mine, put, seal, unseal } from "./device.js";

export const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Karachi" }).format();

export async function known() {
  const record = (await all("keep")).find((one) => one.id === "known");
  const found = (record && (await unseal("known", record))) ?? { centres: [], sessions: [] };
  return { ...found, sessions: found.sessions.filter((one) => one.day === today()) };
}

async function remember() {
  if (!centres.length || !(await mine)) return;
  const shown = [...document.querySelectorAll("[data-outreach-session]")].map(({ dataset }) => {
    return { id: dataset.outreachSession, title: dataset.title, day: dataset.day };
  });
  const before = await known();
  const sessions = new Map([...before.sessions, ...shown].map((one) => [one.id, one]));
  await put("keep", { id: "known", ...(await seal("known", { centres, sessions: [...sessions.values()] })) });
}

remember().catch(() => {});
