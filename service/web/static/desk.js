// Conveniences only: every page works without this file.
const search = document.querySelector("#find-q, #q");

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (event.key === "/" && !field && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "Enter" && field?.form) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      field.form.requestSubmit();
    } else if (field.form.matches("[data-calm]") && field.matches("input")) {
      event.preventDefault(); // Enter goes on, it does not send.
    }
  }
});

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
