// The picture of the body: its windows, and where a form has a list of places, both as two faces of the same fields.
"use strict";
const showWindow = (map, name) => {
  for (const button of map.querySelectorAll("[data-window]")) {
    button.setAttribute("aria-pressed", String(button.dataset.window === name));
  }
  map.querySelector("[data-stage]").dataset.stage = name;
  for (const pose of map.querySelectorAll("[data-pose]")) {
    const cut = pose.getAttribute(`data-box-${name}`);
    pose.hidden = !cut;
    if (cut) pose.querySelector("svg").setAttribute("viewBox", cut);
  }
};

const keepInStep = (map, field) => {
  const list = field.querySelector("[data-place-list]");
  const chips = map.querySelector("[data-chips]");
  const places = [...field.querySelectorAll("input[type=checkbox]")].filter((box) => box.value !== "none");
  const name = (box) => box.closest("label").textContent.trim();
  const piece = (text, words) => {
    const span = document.createElement("span");
    if (words) span.className = "visually-hidden";
    else span.setAttribute("aria-hidden", "true");
    span.textContent = text;
    return span;
  };
  const chip = (box) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.dataset.code = box.value;
    button.append(name(box), piece(`, ${chips.dataset.remove}`, true), piece("×", false));
    item.append(button);
    return item;
  };
  const nothing = () => {
    const item = document.createElement("li");
    item.className = "muted";
    item.textContent = chips.dataset.nothing;
    return item;
  };
  const paint = () => {
    for (const box of places) {
      for (const shape of map.querySelectorAll(`path[data-code="${box.value}"]`)) {
        shape.classList.toggle("on", box.checked);
      }
    }
    const marked = places.filter((box) => box.checked);
    chips.replaceChildren(...(marked.length ? marked.map(chip) : [nothing()]));
  };
  map.addEventListener("click", (event) => {
    const target = event.target.closest("[data-code]");
    const box = target && places.find((one) => one.value === target.dataset.code);
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  // At the document, after exclusive.js has cleared what cannot stand together.
  document.addEventListener("change", (event) => {
    if (field.contains(event.target)) paint();
  });
  list.open = "keepOpen" in list.dataset;
  paint();
};

for (const map of document.querySelectorAll("[data-body-map]")) {
  map.addEventListener("click", (event) => {
    const button = event.target.closest("[data-window]");
    if (button) showWindow(map, button.dataset.window);
  });
  map.hidden = false;
  showWindow(map, map.querySelector("[data-window][aria-pressed=true]").dataset.window);
  const field = map.closest("[data-exclusive-group]");
  if (field) keepInStep(map, field);
}
