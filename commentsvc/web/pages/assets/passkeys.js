// Makes a passkey, or signs in with one: the browser does it, and its answer goes to us in a form.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function ask(kind, options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (kind === "use") return navigator.credentials.get({ publicKey });
  publicKey.user = { ...options.user, id: bytes(options.user.id) };
  publicKey.excludeCredentials = options.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) }));
  return navigator.credentials.create({ publicKey });
}

function written(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) if (response[name]) parts[name] = text(response[name]);
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: parts, clientExtensionResults: {} });
}

const WHY = {
  InvalidStateError: "This device has a passkey for this account already.",
  NotAllowedError: "Nothing was chosen. Try again when you are ready.",
  SecurityError: "Passkeys need this page to be opened by its own name and over https.",
};

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  for (const words of document.querySelectorAll("[data-no-passkeys]")) words.hidden = true;
  const notice = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    notice.hidden = true;
    try {
      const credential = await ask(form.dataset.passkey, JSON.parse(form.dataset.options));
      form.elements.credential.value = written(credential);
      form.submit();
    } catch (error) {
      notice.textContent = WHY[error.name] ?? "The browser could not do that. Use your password.";
      notice.hidden = false;
    }
  });
}
