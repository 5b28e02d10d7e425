// Conveniences, and what a device keeps over a broken line: every other page works without this file.
import "./keys.js";
import "./drafts.js";
import "./exits.js";
import "./lock.js";
import "./line.js";
import "./known.js";

// A refused form is announced and stood before.
document.querySelector(".wrong")?.scrollIntoView({ block: "center" });

// The link of an error opens the fold that its field lies in.
for (const link of document.querySelectorAll(".wrong a")) {
  link.addEventListener("click", () => {
    const field = document.getElementById(link.hash.slice(1));
    field?.closest("details")?.setAttribute("open", "");
    field?.focus();
  });
}

// For somebody who is in: the door needs no worker.
if (document.getElementById("lock-form")) {
  navigator.serviceWorker?.register(`/sw.js?tongue=${document.documentElement.lang}`).catch(() => {});
}
