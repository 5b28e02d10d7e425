// Verifies notices of MRC Casework, and signs news for it, under Standard Webhooks 1.0. Node's own modules are all it needs.
//
//     MRC_SECRETS="whsec_…" node verify.mjs < messages      each line {"headers": {…}, "body": "…"}: new, repeat or refused
//     MRC_SECRETS="whsec_…" node verify.mjs sign ID < body  the three headers for what you send

import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

const TOLERANCE = 5 * 60; // seconds that a message may be old, or ahead of this clock

/** Answer 401 and do nothing. */
export class Refused extends Error {}

function signature(secret, id, timestamp, body) {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return "v1," + createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
}

function same(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The message's id. `body` is the bytes as they came; `secrets` are all that are live: two while one is being changed. */
export function verify(secrets, headers, body, now = Date.now() / 1000) {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const { "webhook-id": id = "", "webhook-timestamp": timestamp = "", "webhook-signature": signatures = "" } = given;
  if (!id || !/^\d{1,12}$/.test(timestamp)) throw new Refused("a header is missing");
  if (Math.abs(now - Number(timestamp)) > TOLERANCE) throw new Refused("too old, or ahead of this clock");
  const expected = secrets.map((secret) => signature(secret, id, timestamp, body));
  if (!signatures.split(" ").some((one) => expected.some((ours) => same(one, ours)))) throw new Refused("no signature fits");
  return id;
}

/** Headers for news of your own to POST /partner/v1/news; the same id again when you send it again. */
export function sign(secret, id, body, now = Date.now() / 1000) {
  const timestamp = String(Math.floor(now));
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature(secret, id, timestamp, body) };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const live = process.env.MRC_SECRETS.split(" ").filter(Boolean);
  const came = readFileSync(0);
  if (process.argv[2] === "sign") {
    console.log(JSON.stringify(sign(live[0], process.argv[3], came)));
  } else {
    const seen = new Set(); // yours is a table: keep ids for some days, in the transaction that does the work
    for (const line of came.toString().split("\n").filter(Boolean)) {
      const { headers, body } = JSON.parse(line);
      try {
        const id = verify(live, headers, Buffer.from(body));
        console.log(seen.has(id) ? "repeat" : "new", id);
        seen.add(id);
      } catch (why) {
        if (!(why instanceof Refused)) throw why;
        console.log(`refused: ${why.message}`);
      }
    }
  }
}
