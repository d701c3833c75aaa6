// After a refused form: the summary takes the focus, and its links move it into the field.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const summary = document.querySelector(".err-sum");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    (field.closest(".field") || field).scrollIntoView({ block: "start" });
  });
});
