// The desk's board, asked for again while it stands open: where somebody is on it stays, what changed is said politely,
// and a page that can no longer be trusted says so. Nobody stays signed in by it: the server counts it as no activity.
"use strict";
const board = document.querySelector("[data-board]");
if (board) {
  const stale = document.querySelector("[data-board-stale]");
  const said = document.querySelector("[data-board-said]");
  const news = () =>
    [...board.querySelectorAll(".sum li, .tab--look b, .tab--look .tag")]
      .map((part) => part.textContent.trim().replace(/\s+/g, " "))
      .join(", ");
  // The row or tablet that an element stands in, and the element within it: names that outlive the markup.
  const place = (element) => {
    const row = element.closest(".appt, .tab");
    const link = row && row.querySelector("a[href]");
    return { here: element.href || (element.form && element.form.action) || "", row: link ? link.href : "" };
  };
  const at = (sought, among) =>
    [...among].find((element) => {
      const found = place(element);
      return found.here === sought.here && found.row === sought.row;
    });
  let pressed = false;
  let held = null;
  let opened = [];
  let told = news();

  addEventListener("pointerdown", () => (pressed = true));
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => (pressed = false), 0));

  board.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) htmx.trigger(board, "look-again");
  });
  board.addEventListener("htmx:beforeSwap", (event) => {
    if (pressed) event.detail.shouldSwap = false; // a button does not leave from under a finger
    const focus = document.activeElement;
    held = focus && focus !== board && board.contains(focus) ? { ...place(focus), tag: focus.tagName } : null;
    opened = [...board.querySelectorAll("details[open] > summary")].map(place);
  });
  board.addEventListener("htmx:afterSwap", () => {
    for (const sought of opened) {
      const summary = at(sought, board.querySelectorAll("summary"));
      if (summary) summary.parentElement.open = true;
    }
    if (held && !board.contains(document.activeElement)) {
      const again =
        at(held, board.querySelectorAll(held.tag)) || at({ here: held.row, row: held.row }, board.querySelectorAll("a"));
      (again || board).focus({ preventScroll: true });
    }
    const now = news();
    if (now !== told) said.textContent = told = now;
  });
  board.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, successful } = event.detail;
    if (xhr.status === 401) location.reload(); // signed out meanwhile: no name stays on the screen
    else stale.hidden = successful || xhr.status === 204;
  });
}
