/* Put into every page of the walk before the page's own scripts run: collects what the page did, and looks it over. */
"use strict";
window.__refused = [];
document.addEventListener("securitypolicyviolation", event => {
  window.__refused.push(`${event.effectiveDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
});

window.__checks = (() => {
  const INTERACTIVE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";

  const name = element => {
    const said = (element.getAttribute("aria-label") || element.innerText || element.name || element.id || "").trim();
    const classes = typeof element.className === "string" ? element.className.trim().replace(/\s+/g, ".") : "";
    return `${element.localName}${classes ? "." + classes : ""} “${said.slice(0, 40)}”`;
  };

  const seen = element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({visibilityProperty: true});
  };

  /* What takes the tap for a control: a ticked box is tapped on its whole label. */
  const boxes = element => [element, ...(element.labels || [])].map(each => each.getBoundingClientRect());

  const offscreen = element => element.closest(".visually-hidden, .skip") !== null && !element.matches("input");

  /* A link inside a sentence is as high as its line. */
  const inline = element => {
    if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return false;
    const around = element.parentElement;
    return around.innerText.trim() !== element.innerText.trim() || around.matches("li, dd, td, p, th");
  };

  const small = least => [...document.querySelectorAll(INTERACTIVE)]
    .filter(element => seen(element) && !offscreen(element) && !inline(element) && !element.matches("[tabindex='0']"))
    .filter(element => !boxes(element).some(box => box.width >= least - 0.5 && box.height >= least - 0.5))
    .map(element => {
      const box = element.getBoundingClientRect();
      return `target of ${Math.round(box.width)}×${Math.round(box.height)}: ${name(element)}`;
    });

  const overflow = () => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide && document.body.scrollWidth <= wide) return [];
    const out = [...document.querySelectorAll("body *")]
      .filter(element => seen(element) && element.getBoundingClientRect().right > wide + 0.5)
      .slice(-3).map(name);
    return [`${document.documentElement.scrollWidth} px of content: ${out.join(", ")}`];
  };

  const look = element => [element, element.nextElementSibling, element.closest("label"), element.parentElement]
    .filter(Boolean)
    .map(each => {
      const style = getComputedStyle(each);
      return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor].join();
    }).join("|");

  /* One control of each kind is focused as the keyboard does it; its look has to change. */
  const unfocusable = () => {
    const kinds = new Map();
    const folds = [...document.querySelectorAll("details:not([open])")];
    folds.forEach(fold => { fold.open = true; });
    for (const element of document.querySelectorAll(INTERACTIVE)) {
      if (!seen(element) || element.disabled) continue;
      const kind = `${element.localName} ${element.type || ""} ${element.className}`;
      if (!kinds.has(kind)) kinds.set(kind, element);
    }
    const wrong = [];
    document.activeElement?.blur();
    for (const element of kinds.values()) {
      const before = look(element);
      element.focus({focusVisible: true, preventScroll: true});
      if (document.activeElement !== element) wrong.push(`takes no focus: ${name(element)}`);
      else if (look(element) === before) wrong.push(`focus cannot be seen: ${name(element)}`);
      element.blur();
    }
    folds.forEach(fold => { fold.open = false; });
    return wrong;
  };

  const head = () => {
    const wrong = [];
    const titles = document.querySelectorAll("h1").length;
    if (titles !== 1) wrong.push(`${titles} h1`);
    for (const form of document.querySelectorAll("main form:not([novalidate])")) {
      if (form.querySelector("[required], [maxlength], [min], [type=email]")) wrong.push(`the browser checks ${form.getAttribute("action")}`);
    }
    if (!document.documentElement.lang) wrong.push("no lang");
    if (document.querySelectorAll("main").length !== 1) wrong.push("not one main");
    return wrong;
  };

  const accessible = async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
    return found.violations.map(each => {
      const where = each.nodes.map(node => `${node.target.join(" ")} (${node.any.concat(node.all, node.none).map(c => c.message).join("; ")})`);
      return `axe ${each.id}: ${where.slice(0, 4).join(" · ")}${where.length > 4 ? ` and ${where.length - 4} more` : ""}`;
    });
  };

  /* The error page: focus on the summary, and each of its links moves to the field it names. */
  const errors = () => {
    const wrong = [];
    const summary = document.querySelector(".err-sum");
    if (!summary) return ["no error summary"];
    if (document.activeElement !== summary) wrong.push("the summary does not have the focus");
    const links = [...summary.querySelectorAll("a[href^='#']")];
    for (const link of links) {
      link.click();
      const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!field) wrong.push(`the link “${link.innerText}” leads nowhere`);
      else if (document.activeElement !== field && !field.contains(document.activeElement)) {
        wrong.push(`the link “${link.innerText}” does not move to its field`);
      }
      if (!document.querySelector(".field--error, .err, [aria-invalid=true], .is-invalid")) wrong.push("no sentence at the field");
    }
    return wrong;
  };

  /* Everything that depends on the width; with every fold open once, so that nothing hides in one. */
  const at_width = async run => {
    const folds = run.unfold ? [...document.querySelectorAll("details:not([open])")] : [];
    const before = overflow();
    folds.forEach(fold => { fold.open = true; });
    const found = [...before, ...(folds.length ? overflow() : [])];
    if (run.targets) found.push(...small(run.targets));
    /* A bar that sticks to the screen covers part of something wherever the page happens to be scrolled: it waits at its place. */
    const bars = run.axe ? [...document.querySelectorAll(".dock")] : [];
    bars.forEach(bar => { bar.style.position = "static"; });
    if (run.axe) found.push(...await accessible());
    bars.forEach(bar => { bar.style.position = ""; });
    folds.forEach(fold => { fold.open = false; });
    return found;
  };

  return {at_width, unfocusable, head, errors};
})();
