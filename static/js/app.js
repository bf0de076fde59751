/*
 * Small comforts. Every page works without this file; keep it under 6 KB.
 */
(() => {
  "use strict";

  // After a failed form the summary takes the focus, so that it is read first.
  document.querySelector("[data-focus]")?.focus();

  // One click is enough: a second click on the same button is not sent.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  // Coming back with the back button must find a form that can be sent.
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // The last hour before a deadline counts down. It is not announced: the server decides.
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "nl", { numeric: "always" });
  const clocks = [...document.querySelectorAll("time[data-deadline]")];
  const tick = () => {
    for (const clock of clocks) {
      const left = Math.round((Date.parse(clock.dateTime) - Date.now()) / 60000);
      const text = clock.parentElement.querySelector("[data-left]");
      if (text && left > 0 && left <= 60) text.textContent = words.format(left, "minute");
    }
  };
  if (clocks.length) {
    tick();
    setInterval(tick, 20000);
  }

  // Copy a link or a number: <button type="button" data-copy="text" data-copied="Gekopieerd">.
  document.querySelectorAll("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const before = button.textContent;
      button.textContent = button.dataset.copied || before;
      setTimeout(() => { button.textContent = before; }, 3000);
    });
  });

  // Figures that are folded away are wanted on paper.
  const opened = [];
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((item) => { item.open = true; opened.push(item); });
  });
  addEventListener("afterprint", () => {
    while (opened.length) opened.pop().open = false;
  });
})();
