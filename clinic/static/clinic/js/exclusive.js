// "None of these": ticking it clears the others, ticking another clears it. The server refuses both together anyway.
"use strict";
document.addEventListener("change", (event) => {
  const box = event.target;
  const group = box.closest("[data-exclusive-group]");
  if (!group || !box.checked || box.type !== "checkbox") return;
  const alone = "exclusive" in box.dataset;
  for (const other of group.querySelectorAll("input[type=checkbox]")) {
    if (other !== box && (alone || "exclusive" in other.dataset)) other.checked = false;
  }
});
