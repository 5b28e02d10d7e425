// Passkeys: asks the service for a challenge, the device for an answer, and sends the answer as an ordinary form.
// Browsers keep passkeys for names, not for bare numbers.
const able = "PublicKeyCredential" in window && !/^[\d.]+$|:/.test(location.hostname);

for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !able;
for (const part of document.querySelectorAll("[data-passkey-without]")) part.hidden = able;

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Options come as JSON, devices want bytes.
function read(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const one of options.excludeCredentials ?? []) one.id = bytes(one.id);
  return options;
}

function written(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function ask(form, act) {
  const says = form.querySelector("[data-passkey-says]");
  says.textContent = "";
  try {
    const answer = await fetch(`${form.getAttribute("action")}/challenge`, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const given = await answer.json();
    if (!answer.ok) {
      says.textContent = given.says ?? form.dataset.failed;
      return;
    }
    form.elements.answer.value = written(await act(read(given.options)));
    form.elements.ticket.value = given.ticket;
  } catch {
    says.textContent = form.dataset.failed; // The person said no, or the device has none; browsers do not tell which.
    return;
  }
  HTMLFormElement.prototype.submit.call(form);
}

function take(selector, act) {
  const form = document.querySelector(selector);
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form, act);
  });
}

take("[data-passkey-register]", (publicKey) => navigator.credentials.create({ publicKey }));
take("[data-passkey-enter]", (publicKey) => navigator.credentials.get({ publicKey }));
