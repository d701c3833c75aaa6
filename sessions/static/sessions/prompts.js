// The quiet line of the room: of the prompts that stand on the page, most urgent first, the first that is due is shown.
// The page says in how many seconds each is due, so that the clock of the tablet does not matter. The list may be
// replaced at any time by a newer one: each list counts from the moment it was first seen.
"use strict";
(() => {
  const seen = new WeakMap();

  const look = () => {
    const line = document.querySelector("[data-prompt]");
    const list = document.querySelector("[data-prompts]");
    if (!line || !list) return;
    if (!seen.has(list)) seen.set(list, Date.now());
    const passed = (Date.now() - seen.get(list)) / 1000;
    const due = [...list.children].find((each) => Number(each.dataset.in) <= passed);
    // Put there once: a status line is read out only when it changes.
    if (line.textContent === (due ? due.textContent : "")) return;
    line.replaceChildren(...(due ? due.cloneNode(true).childNodes : []));
  };

  // A tap makes what stands here old: silent until the page, or the list, comes back with it.
  document.addEventListener("submit", () => {
    document.querySelector("[data-prompts]")?.replaceChildren();
    look();
  });

  look();
  setInterval(look, 1000);
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
})();
