// What htmx does with answers that are no success: the save line always says the truth, and typed text stays.
"use strict";
const showState = (state) => {
  const line = document.getElementById("save-line");
  const words = line && line.dataset[state];
  if (!words) return;
  line.className = `save save--${state}`;
  line.textContent = words;
};
let slow;
document.addEventListener("htmx:beforeRequest", () => {
  clearTimeout(slow);
  slow = setTimeout(() => showState("saving"), 1000);
});
document.addEventListener("htmx:afterRequest", () => clearTimeout(slow));
// 409: changed elsewhere; 422: refused with a sentence. Both answers carry the page's new part.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:sendError", () => showState("offline"));
document.addEventListener("htmx:timeout", () => showState("offline"));
document.addEventListener("htmx:responseError", (event) => {
  showState(event.detail.xhr.status === 401 ? "signedout" : "failed");
});
