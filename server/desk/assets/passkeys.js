// Passkeys: the browser's part. What is asked and what was answered goes to the API as JSON; bytes are base64url there.
const API = "/api/v1/desk";

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

function toText(buffer) {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function ask(path, body, token) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers["X-CSRF-Token"] = token;
  const answer = await fetch(`${API}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function register(name, token) {
  const { options } = await ask("/account/passkeys/options", {}, token);
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((one) => ({ ...one, id: toBytes(one.id) })),
  };
  const made = await navigator.credentials.create({ publicKey });
  const { clientDataJSON, attestationObject } = made.response;
  const response = { clientDataJSON: toText(clientDataJSON), attestationObject: toText(attestationObject) };
  await ask("/account/passkeys", { name, credential: { id: made.id, rawId: toText(made.rawId), type: made.type, response } }, token);
}

async function signIn() {
  const { options } = await ask("/session/passkey/options", {});
  const publicKey = { ...options, challenge: toBytes(options.challenge), allowCredentials: [] };
  const shown = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
  const response = {
    clientDataJSON: toText(clientDataJSON),
    authenticatorData: toText(authenticatorData),
    signature: toText(signature),
    userHandle: userHandle ? toText(userHandle) : null,
  };
  await ask("/session/passkey", { credential: { id: shown.id, rawId: toText(shown.rawId), type: shown.type, response } });
}

async function attempt(place, act) {
  const said = place.querySelector("[role=alert]");
  const button = place.querySelector("button");
  said.hidden = true;
  button.disabled = true;
  try {
    await act();
    location.assign(place.dataset.next);
  } catch {
    said.textContent = place.dataset.failed;
    said.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

for (const place of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  if (place.dataset.passkey === "register") {
    place.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = place.elements.namedItem("name");
      const typed = name.value.trim();
      if (typed) attempt(place, () => register(typed, place.dataset.token));
      else name.focus();
    });
  } else {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => attempt(place, signIn));
  }
}
