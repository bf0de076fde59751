/*
 * The till waits for a payment. Without this file the page asks by itself every five seconds, and there is a button.
 * <div data-till="address of the state"> holds what waits; the page itself is read again once something changed.
 */
(() => {
  "use strict";

  const part = document.querySelector("[data-till]");
  if (!part) return;

  // Two rising tones; a till that may not make sound stays silent, and the colour and the word say it too.
  const sound = () => {
    try {
      const audio = new AudioContext();
      [[660, 0], [880, 0.18]].forEach(([tone, later]) => {
        const voice = audio.createOscillator();
        const loud = audio.createGain();
        voice.frequency.value = tone;
        loud.gain.value = 0.2;
        voice.connect(loud).connect(audio.destination);
        voice.start(audio.currentTime + later);
        voice.stop(audio.currentTime + later + 0.16);
      });
      navigator.vibrate?.(200);
    } catch { /* silent */ }
  };

  const renew = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    part.replaceChildren(...page.querySelector("[data-till]").childNodes);
  };

  const ask = async () => {
    try {
      const { state } = await (await fetch(part.dataset.till)).json();
      if (state !== "waits") {
        if (state === "paid") sound();
        await renew();
        return;
      }
    } catch { /* the line is down: ask again */ }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
})();
