// A tap on the picture shows the structures that lie there, on that side; where there is one alone, it is taken at once.
"use strict";
const map = document.querySelector("[data-place-map]");
const picker = document.getElementById("picker");
const wholeList = document.querySelector("[data-whole-list]");
const groups = [...picker.querySelectorAll("[data-region]")];

const showOnly = (region, side) => {
  for (const group of groups) {
    group.hidden = group.dataset.region !== region;
    group.open = !group.hidden;
  }
  if (side) picker.dataset.only = side;
  else delete picker.dataset.only;
  wholeList.hidden = false;
};

map.addEventListener("click", (event) => {
  const shape = event.target.closest("path[data-code]");
  if (!shape) return;
  const [region, side] = shape.dataset.code.split(":");
  const group = groups.find((one) => one.dataset.region === region);
  if (!group) return;
  for (const other of map.querySelectorAll("path.here")) other.classList.remove("here");
  for (const same of map.querySelectorAll(`path[data-code="${shape.dataset.code}"]`)) same.classList.add("here");
  const possible = [...group.querySelectorAll("button:not([disabled])")].filter(
    (button) => !side || button.dataset.side === side,
  );
  if (possible.length === 1) possible[0].click();
  else showOnly(region, side);
});

wholeList.addEventListener("click", () => {
  for (const group of groups) {
    group.hidden = false;
    group.open = false;
  }
  delete picker.dataset.only;
  wholeList.hidden = true;
});

// The picture is there: the list waits behind it until a place is tapped or somebody asks for the list.
for (const group of groups) group.hidden = true;
wholeList.hidden = false;
