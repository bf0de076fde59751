/*
 * Keeps a draft now and then: at most every ten seconds, and as one leaves the page. Never hands in. Without this
 * file the buttons of the form do the same work.
 *
 *   <form data-autosave data-offline="…"> … <p role="status" data-kept></p> </form>
 *
 * The server answers {"saved": number, "text": "Bewaard om 12:03"}, or with 409 only a text: then somebody saved a
 * newer version in the meantime, and nothing more is sent from here.
 */
(() => {
  "use strict";

  const PAUSE = 10000;

  document.querySelectorAll("form[data-autosave]").forEach((form) => {
    const told = form.querySelector("[data-kept]");
    const seen = form.elements.namedItem("seen");
    let before = written(), last = 0, timer = 0, running = null, stopped = false, leaving = false;

    function written() {
      const data = new FormData(form);
      for (const name of ["csrf_token", "once", "seen"]) data.delete(name);
      return new URLSearchParams(data).toString();
    }

    function body() {
      const data = new FormData(form);
      data.set("once", crypto.randomUUID ? crypto.randomUUID() : "");
      data.set("later", "1");
      data.set("autosave", "1");
      return data;
    }

    async function keep() {
      timer = 0;
      if (stopped || leaving || running || written() === before) return;
      const text = written();
      last = Date.now();
      try {
        running = fetch(form.action || location.href, { method: "POST", body: body(), redirect: "error" });
        const answer = await running;
        const said = await answer.json();
        if (answer.ok) {
          before = text;
          seen.value = said.saved;
        } else {
          stopped = true;
        }
        told.textContent = said.text;
      } catch {
        told.textContent = form.dataset.offline;
      }
      running = null;
      if (!stopped) plan();
    }

    function plan() {
      if (timer || stopped || leaving || written() === before) return;
      timer = setTimeout(keep, Math.max(2000, last + PAUSE - Date.now()));
    }

    form.addEventListener("input", plan);
    form.addEventListener("change", plan);

    // A button pressed while a draft is on its way waits for it, so that the version is known.
    form.addEventListener("submit", (event) => {
      if (running) {
        event.preventDefault();
        event.stopImmediatePropagation();
        const button = event.submitter;
        running.catch(() => {}).finally(() => setTimeout(() => form.requestSubmit(button), 50));
        return;
      }
      leaving = true;
      clearTimeout(timer);
    }, true);

    addEventListener("pagehide", () => {
      if (stopped || leaving || running || written() === before) return;
      navigator.sendBeacon(form.action || location.href, body());
    });
    addEventListener("pageshow", () => { leaving = false; });
  });
})();
