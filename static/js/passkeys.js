/*
 * Passkeys. Loaded only where one can be made or used; without it the other ways to sign in remain.
 * <div data-passkey="create|get" data-question="{…}"> holds a form with a hidden field named "answer".
 */
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const options = (way, question) => {
    const asked = JSON.parse(question);
    asked.challenge = bytes(asked.challenge);
    if (way === "get") return { ...asked, allowCredentials: keys(asked.allowCredentials) };
    asked.user.id = bytes(asked.user.id);
    return { ...asked, excludeCredentials: keys(asked.excludeCredentials) };
  };

  const answer = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type, response,
      authenticatorAttachment: made.authenticatorAttachment, clientExtensionResults: {},
    });
  };

  document.querySelectorAll("[data-passkey]").forEach((part) => {
    const form = part.querySelector("form");
    const field = form.elements.answer;
    const said = part.querySelector("[data-failed]");
    let busy = false;
    part.hidden = false;
    addEventListener("pageshow", () => { field.value = ""; });
    form.addEventListener("submit", async (event) => {
      // With a name missing the server says so, before the device makes anything.
      if (field.value || !form.checkValidity()) return;
      event.preventDefault();
      if (busy) return;
      busy = true;
      said.hidden = true;
      try {
        const way = part.dataset.passkey;
        field.value = answer(await navigator.credentials[way]({ publicKey: options(way, part.dataset.question) }));
        form.requestSubmit();
      } catch {
        said.hidden = false;
      }
      busy = false;
    });
  });
  document.querySelectorAll("[data-passkey-none]").forEach((note) => { note.hidden = true; });
})();
