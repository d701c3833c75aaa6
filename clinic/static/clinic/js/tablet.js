// A tablet of the practice: a code is sent with its last digit, help is asked for beside the page, a form that nobody
// touches asks whether somebody is there and then closes, and nothing comes back from the browser's memory.
"use strict";
const ASK_AFTER = 105; // seconds without a touch; the server waits 180
const CLOSE_AFTER = 165;
const TELL_EVERY = 10;

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const codeBox = document.querySelector("[data-code-box]");
if (codeBox) {
  codeBox.addEventListener("input", () => {
    if (/^[0-9]{4}$/.test(codeBox.value)) codeBox.form.requestSubmit();
  });
}

const send = (form) => fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });

const help = document.querySelector("[data-help]");
if (help) {
  help.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await send(help);
    } catch {
      return; // the button stays, to be pressed again
    }
    help.querySelector("button").hidden = true;
    help.querySelector("[data-told]").hidden = false;
  });
}

const idle = document.querySelector("[data-idle]");
if (idle) {
  const lock = idle.querySelector("[data-lock]");
  const here = idle.querySelector("[data-here]");
  let touched = Date.now();
  let told = touched;
  const touch = () => {
    touched = Date.now();
    if (touched - told < TELL_EVERY * 1000) return;
    told = touched;
    send(here).then(
      (answer) => answer.status === 204 || location.reload(),
      () => (told = 0),
    );
  };
  for (const sign of ["pointerdown", "keydown", "input"]) document.addEventListener(sign, touch, { passive: true });
  document.addEventListener("scroll", touch, { passive: true, capture: true });
  idle.addEventListener("cancel", touch);
  here.addEventListener("submit", (event) => {
    event.preventDefault(); // the tap itself was the sign
    idle.close();
  });
  const clock = setInterval(() => {
    const silent = (Date.now() - touched) / 1000;
    if (silent >= CLOSE_AFTER) {
      clearInterval(clock);
      lock.requestSubmit();
    } else if (silent >= ASK_AFTER && !idle.open) idle.showModal();
    else if (silent < ASK_AFTER && idle.open) idle.close();
  }, 1000);
}

// The thank-you page goes back to rest by itself.
const rest = document.querySelector("[data-rest-after]");
if (rest) setTimeout(() => location.replace(rest.href), Number(rest.dataset.restAfter) * 1000);
