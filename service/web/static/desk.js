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

// A worker of a new release begins at the door, where nobody is in the middle of a click.
const { serviceWorker } = navigator;
if (document.getElementById("lock-form")) {
  serviceWorker?.register("/sw.js").catch(() => {});
  serviceWorker?.ready.then(({ active }) => active.postMessage({ tongue: document.documentElement.lang }));
} else {
  serviceWorker?.getRegistration().then((its) => its?.waiting?.postMessage({ begin: true }));
}
