// The texts of a note: each field is saved by itself while it is typed, through the outbox, against what it said before.
// Two devices may write different fields; the same field written twice shows both texts, and nothing is thrown away.
"use strict";
(() => {
  const form = document.getElementById("text-form");
  const both = document.getElementById("both-texts");
  const note = window.location.pathname;
  const PAUSE = 600; // milliseconds without a key, then it is saved
  const LONGEST = 2000; // milliseconds of typing that may stand unsaved
  let seen = form.dataset.version;

  // ---------- one field ----------

  const controls = (name, within = form) => [...within.querySelectorAll(`[name="${name}"]`)];
  const names = [...new Set([...form.querySelectorAll("input, textarea, select")].map((one) => one.name))].filter(
    (name) => name && !["csrfmiddlewaretoken", "rev"].includes(name),
  );
  const isTick = (control) => ["radio", "checkbox"].includes(control.type);

  // Null stands for a box that is not ticked: it sends nothing.
  const value = (name, within = form) => {
    const found = controls(name, within);
    if (!isTick(found[0])) return found[0].value;
    const ticked = found.find((control) => control.checked);
    return ticked ? ticked.value : null;
  };
  const put = (name, text) => {
    for (const control of controls(name)) {
      if (isTick(control)) control.checked = control.value === text;
      else if (control.value !== text) control.value = text;
    }
  };

  const base = Object.fromEntries(names.map((name) => [name, value(name)])); // what the server has
  const mine = (name) => Outbox.entries().filter((entry) => entry.what.note === note && entry.what.field === name);

  const told = (field, text, was) => {
    const body = new URLSearchParams({ field });
    if (text !== null) body.set(field, text);
    if (was !== null) body.set(`was-${field}`, was);
    return { url: new URL(form.action).pathname, note, field, text, was, body: body.toString() };
  };

  const save = (name) => {
    clear(name);
    const text = value(name);
    const [newest] = mine(name).slice(-1);
    if (newest && !newest.sent) return newest.what.text === text && newest.state === "waiting" ? null : Outbox.amend(newest, told(name, text, newest.what.was));
    const was = newest ? newest.what.text : base[name];
    return text === was ? null : Outbox.add(told(name, text, was));
  };

  // ---------- while somebody types ----------

  const timers = new Map();
  const clear = (name) => {
    const timer = timers.get(name);
    if (!timer) return;
    clearTimeout(timer.pause);
    clearTimeout(timer.longest);
    timers.delete(name);
  };
  const typed = (name) => {
    const timer = timers.get(name) || { longest: setTimeout(() => save(name), LONGEST) };
    clearTimeout(timer.pause);
    timer.pause = setTimeout(() => save(name), PAUSE);
    timers.set(name, timer);
  };
  form.addEventListener("input", (event) => names.includes(event.target.name) && typed(event.target.name));
  form.addEventListener("change", (event) => names.includes(event.target.name) && save(event.target.name));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const name of names) save(name);
    Outbox.flush();
  });

  // The page goes away: what was typed in the last moment is sent at once, and the outbox has the rest.
  const hurry = () => {
    const { token } = document.getElementById("outbox").dataset;
    for (const name of [...timers.keys()]) {
      const [newest] = mine(name).slice(-1);
      const was = newest ? newest.what.text : base[name];
      const { url, body } = told(name, value(name), was);
      if (!newest) fetch(url, { method: "POST", body: new URLSearchParams(body), keepalive: true, headers: { "HX-Request": "true", "X-CSRFToken": token } }).catch(() => {});
      save(name);
    }
  };
  window.addEventListener("pagehide", hurry);
  document.addEventListener("visibilitychange", () => document.hidden && [...timers.keys()].forEach(save));

  // On to the next page once what was typed is stored, or after two seconds: the outbox has the rest.
  document.querySelector(".dock").addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    for (const name of [...timers.keys()]) save(name);
    await Outbox.flushWithin(2000);
    window.location.assign(link.href);
  });

  // ---------- what the server says ----------

  Outbox.on("stored", (entry) => {
    if (entry.what.note !== note || !entry.what.field) return;
    base[entry.what.field] = entry.what.text;
    for (const row of both.querySelectorAll(`[data-both="${entry.what.field}"]`)) settle(row);
  });

  // Wording that reads as a diagnosis: the server says so with its answer, beside the text.
  Outbox.on("stored", async (entry, answer) => {
    const beside = entry.what.note === note && form.querySelector(`[data-wording="${entry.what.field}"]`);
    if (!beside || answer.status === 204) return;
    const said = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (said.textContent.trim() !== beside.textContent.trim()) beside.replaceChildren(...said.childNodes);
  });

  const settle = (row) => {
    const card = row.closest("section");
    row.remove();
    if (!card.querySelector("[data-both]")) card.remove();
  };

  Outbox.on("adopted", (entries) => {
    for (const entry of entries) if (entry.what.note === note && entry.what.field) put(entry.what.field, entry.what.text);
    const undecided = entries.filter((entry) => entry.what.note === note && entry.state !== "waiting");
    for (const entry of undecided) Outbox.amend(entry, entry.what); // asked again, so that the page shows both
  });

  Outbox.on("refused", async (entry, page) => {
    if (entry.what.note !== note || !entry.what.field) return;
    const name = entry.what.field;
    if (entry.state !== "conflict") {
      for (const later of mine(name)) if (later !== entry) later.what = told(name, later.what.text, entry.what.was);
      return;
    }
    const now = await Outbox.fresh();
    if (!now) return;
    const stored = value(name, now.getElementById("text-form"));
    base[name] = stored;
    for (const row of both.querySelectorAll(`[data-both="${name}"]`)) settle(row);
    for (const card of page.querySelectorAll("section")) both.append(document.importNode(card, true));
    const row = both.querySelector(`[data-both="${name}"]`);
    if (!row) return;
    entry.what = told(name, entry.what.text, stored); // the next change of this field is made against what stands
    row.querySelector("[data-choose]").hidden = false;
    row.querySelector("[data-take=stored]").addEventListener("click", async () => {
      put(name, stored);
      for (const each of mine(name)) await Outbox.drop(each);
      settle(row);
    });
    row.querySelector("[data-take=mine]").addEventListener("click", () => Outbox.amend(entry, told(name, value(name), stored)));
  });

  // ---------- pain: a tap ----------

  for (const pain of document.querySelectorAll("[data-pain]")) {
    pain.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const other of pain.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === event.submitter));
      const body = new URLSearchParams(new FormData(pain, event.submitter));
      Outbox.add({ url: new URL(pain.action).pathname, note, pain: true, body: body.toString() });
    });
  }

  const takePain = (page) => {
    const [old, next] = [document.getElementById("pain"), page.getElementById("pain")];
    for (const name of ["before", "after"]) {
      const buttons = old.querySelectorAll(`button[name=${name}]`);
      next.querySelectorAll(`button[name=${name}]`).forEach((button, index) => buttons[index].setAttribute("aria-pressed", button.getAttribute("aria-pressed")));
      old.querySelector(`#${name}-label`).textContent = next.querySelector(`#${name}-label`).textContent;
    }
  };

  // ---------- another device on the same note ----------

  const takeOver = async () => {
    const page = await Outbox.fresh();
    const theirs = page && page.getElementById("text-form");
    if (!theirs) return;
    seen = theirs.dataset.version;
    for (const name of names) {
      const stands = value(name, theirs);
      if (stands === base[name] || mine(name).length || timers.has(name)) continue;
      if (value(name) === base[name]) put(name, stands);
      base[name] = stands;
    }
    form.elements.rev.value = theirs.elements.rev.value;
    takePain(page);
  };
  // My own save counts the version up by one; more than one means that somebody else saved in between.
  const count = (text) => Number(text.split(".")[0]);
  let changed = false;
  Outbox.on("stored", (entry, answer) => {
    if (entry.what.note !== note) return;
    if (entry.what.pain) changed = true;
    const stands = answer.headers.get("Note-Version");
    if (stands && count(stands) <= count(seen) + 1) seen = stands;
  });
  Outbox.on("idle", async () => {
    if (!changed) return;
    changed = false;
    await takeOver();
  });
  Outbox.watch(`${note.replace(/findings\/$/, "")}version/`, "text", () => seen, takeOver);

  Outbox.flush();
})();
