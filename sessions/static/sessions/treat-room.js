// The treatment room: each tap is shown at once, kept in the outbox and sent from there. When everything is stored the
// page takes over what the server says; until then it shows what the hand did.
"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  let room = JSON.parse(element("room-data").textContent);
  const note = window.location.pathname;
  const NERVE = "s_nerve";
  const TOO_MUCH = "c5";
  const EASED = ["c1", "c2", "c3"];

  // ---------- painting ----------

  const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });

  const buttonOf = (name, value) => document.querySelector(`#event-form button[name="${name}"][value="${value}"]`);

  const paintPlace = (code) => {
    const place = room.places[code];
    if (!place) return;
    room.here = code;
    const form = element("event-form");
    form.hidden = false;
    element("here").classList.add("here--now");
    for (const first of element("here").querySelectorAll("[data-first]")) first.remove();
    element("here-heading").textContent = place.label;
    form.elements.place.value = code;
    const upTo = element("here").querySelector("[data-up-to]");
    upTo.hidden = place.cap < 0 || place.cap >= 5;
    upTo.lastElementChild.textContent = upTo.dataset.upTo.replace("{cap}", place.cap);
    const why = element("here").querySelector("[data-why]");
    why.hidden = !place.why;
    why.textContent = place.why;
    const lately = element("here").querySelector("[data-window]");
    lately.hidden = !place.window.length;
    [...lately.children].forEach((part, index) => {
      part.textContent = place.window[index] || "";
    });
    for (const option of form.elements.technique.options) option.disabled = place.bans.includes(option.value);
    for (const raise of document.querySelectorAll("[data-raise]")) raise.hidden = raise.dataset.raise !== code;
    for (const area of document.querySelectorAll("#worked button[name=place]")) area.setAttribute("aria-pressed", String(area.value === code));
    paintPicker();
    paintPressures();
    paintOwed();
  };

  const paintPicker = () => {
    for (const choice of document.querySelectorAll("#picker button[name=place]")) {
      const here = choice.value === room.here;
      choice.classList.toggle("btn-primary", here);
      choice.classList.toggle("btn-outline-primary", !here);
    }
  };

  const paintPressures = () => {
    const place = room.places[room.here];
    for (const radio of document.querySelectorAll("#event-form input[name=pressure]")) {
      const level = Number(radio.value);
      radio.checked = false;
      radio.disabled = level > place.cap;
      radio.closest("label").classList.toggle("carried", level === place.stands);
    }
    for (const comfort of document.querySelectorAll("#event-form .comf button")) {
      comfort.removeAttribute("aria-pressed");
      comfort.disabled = place.closed;
    }
    for (const each of [document.querySelector("#event-form .wrong"), buttonOf("tap", "ease")]) each.disabled = place.closed;
  };

  const paintOwed = () => {
    const { owed, closed } = room.places[room.here];
    const line = element("here").querySelector(".owed");
    line.hidden = !owed;
    if (owed) line.firstElementChild.textContent = line.dataset[closed ? "closed" : owed];
    for (const [name, first] of [["ease", owed && !closed], ["stop", owed && closed]]) {
      const next = buttonOf("tap", name);
      next.classList.toggle("btn-primary", Boolean(first));
      next.classList.toggle("btn-lg", Boolean(first));
      next.classList.toggle("btn-outline-primary", !first);
    }
  };

  const paintRow = (row, key, at) => {
    const made = element("kept-row").content.firstElementChild.cloneNode(true);
    made.dataset.key = key;
    made.querySelector("time").textContent = clock(at);
    made.querySelector("[data-place]").textContent = row.place;
    const pill = made.querySelector("[data-pressure]");
    pill.classList.add(`p${row.pressure}`);
    pill.textContent = row.pressure;
    made.querySelector("[data-what]").textContent = row.what;
    const undo = made.querySelector("form");
    undo.setAttribute("action", undo.getAttribute("action").replace("00000000-0000-0000-0000-000000000000", key));
    const list = element("log").querySelector("ol.log");
    for (const nothing of element("log").querySelectorAll(":scope > p.muted")) nothing.remove();
    list.prepend(made);
  };

  const paintWorked = () => {
    let list = element("worked").querySelector(".wk");
    if (!list) {
      list = document.createElement("div");
      list.className = "wk";
      element("worked").append(list);
    }
    let area = list.querySelector(`button[value="${room.here}"]`);
    if (!area) {
      area = document.createElement("button");
      area.name = "place";
      area.value = room.here;
      area.setAttribute("aria-pressed", "true");
      area.append(document.createElement("span"), room.places[room.here].label);
      list.append(area);
    }
    const { stands } = room.places[room.here];
    area.firstElementChild.className = `pill p${stands}`;
    area.firstElementChild.textContent = stands;
  };

  // What one tap changes on the page, before anybody has answered.
  const paint = (what, at) => {
    const body = new URLSearchParams(what.body);
    if (what.tap === "place") {
      paintPlace(body.get("place"));
      paintWorked();
      paintRow({ place: room.places[room.here].label, pressure: room.places[room.here].stands, what: what.label }, what.key, at);
      return;
    }
    if (what.tap !== "event") return;
    if (body.get("place") !== room.here) paintPlace(body.get("place"));
    const place = room.places[room.here];
    const tap = body.get("tap");
    if (body.has("pressure")) place.stands = Number(body.get("pressure"));
    if (tap === "ease") place.stands = Math.max(place.stands - 1, 0);
    if (tap === TOO_MUCH) {
      place.owed = "comfort";
      place.tooMuch = (place.tooMuch || 0) + 1;
      place.closed = place.closed || place.tooMuch > 1; // the server closes the region around it as well
      if (place.closed) place.cap = -1;
    }
    if (tap === NERVE) place.owed = "nerve";
    if (EASED.includes(tap) || tap === "stop") place.owed = "";
    paintPressures();
    paintOwed();
    paintWorked();
    paintRow({ place: place.label, pressure: place.stands, what: what.label }, what.key, at);
    element("here").querySelector("[data-closed]").hidden = !["stop", "leave"].includes(tap);
    const pressed = buttonOf("tap", tap);
    if (pressed && /^c[1-5]$/.test(tap)) pressed.setAttribute("aria-pressed", "true");
    const words = element("event-form").elements.words;
    if (words) words.value = "";
    element("event-form").elements.unprompted.checked = false;
  };

  const paintVoid = (url) => {
    const row = [...element("log").querySelectorAll("form[data-tap=void]")].find((form) => form.action === new URL(url, window.location.href).href);
    if (row) row.closest("li").classList.add("void");
  };

  // ---------- one tap ----------

  const label = (form, pressed) => {
    if (form.dataset.tap === "place") return room.places[pressed.value].label;
    if (pressed.matches(".wrong")) return pressed.querySelector("b").textContent;
    return pressed.textContent.trim();
  };

  const tapped = async (form, pressed) => {
    const kind = form.dataset.tap;
    const body = new URLSearchParams(new FormData(form, pressed));
    const what = { tap: kind, url: new URL(form.action).pathname, note, timed: true };
    if (body.has("client_uuid")) {
      what.key = Outbox.unique();
      body.set("client_uuid", what.key);
    }
    if (kind === "event") body.set("stands", String(room.places[body.get("place")].stands));
    if (kind === "place" || kind === "event") what.label = label(form, pressed);
    if (kind === "end") what.then = form.dataset.then;
    what.body = body.toString();
    if (kind === "void") {
      const waits = Outbox.entries().find((entry) => !entry.sent && entry.what.key && what.url.includes(entry.what.key));
      paintVoid(form.action);
      if (waits) {
        await Outbox.drop(waits); // it never left the device
        takeOver();
        return;
      }
    }
    if (kind === "consent") for (const each of form.querySelectorAll("button")) each.disabled = true;
    paint(what, Date.now());
    await Outbox.add(what);
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-tap]")) return;
    event.preventDefault();
    tapped(event.target, event.submitter);
  });

  // ---------- taking over what the server says ----------

  const PARTS = ["limits", "last-time", "worked", "said", "here", "log", "dock"];

  // A part in which somebody is choosing or typing stays as it is until the next tap.
  const inUse = (part) => {
    const typing = document.activeElement && part.contains(document.activeElement) && document.activeElement.matches("input:not([type=radio]), select, textarea");
    const chosen = part.querySelector("input[name=pressure]:checked");
    const words = part.querySelector("input[name=words]");
    return typing || chosen || (words && words.value);
  };

  const takeMarks = (page) => {
    const mine = document.querySelectorAll("[data-place-map] path[data-code]");
    page.querySelectorAll("[data-place-map] path[data-code]").forEach((shape, index) => {
      if (mine[index]) mine[index].setAttribute("class", shape.getAttribute("class"));
    });
    const pictures = document.querySelectorAll("[data-place-map] svg.bodymap");
    page.querySelectorAll("[data-place-map] svg.bodymap").forEach((picture, index) => {
      if (!pictures[index]) return;
      for (const old of pictures[index].querySelectorAll(".bm-numbers")) old.remove();
      for (const made of picture.querySelectorAll(".bm-numbers")) pictures[index].append(document.importNode(made, true));
    });
  };

  const takeOver = async () => {
    if (mineWait()) return;
    const page = await Outbox.fresh();
    if (!page || mineWait() || !page.getElementById("room-data")) return;
    room = JSON.parse(page.getElementById("room-data").textContent);
    for (const id of PARTS) {
      const [old, next] = [element(id), page.getElementById(id)];
      if (!old || !next || inUse(old)) continue;
      const open = [...old.querySelectorAll("details")].map((one) => one.open);
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      const made = document.importNode(next, true);
      made.querySelectorAll("details").forEach((one, index) => {
        one.open = open[index] || one.open;
      });
      old.replaceWith(made);
      if (focused && focused.name) {
        const same = made.querySelector(`[name="${focused.name}"][value="${focused.value}"]`);
        if (same) same.focus({ preventScroll: true });
      }
    }
    takeMarks(page);
    paintPicker();
  };

  const mineWait = () => Outbox.entries().some((entry) => entry.state === "waiting" && entry.what.note === note);

  Outbox.on("adopted", (entries) => {
    for (const entry of entries) {
      if (entry.what.note !== note || !entry.what.tap) continue;
      if (entry.state === "waiting") paint(entry.what, entry.at);
      else showRefusal(entry);
    }
  });
  let then = ""; // where the page goes once all is stored
  let dirty = false; // whether something was answered that the page does not show yet
  Outbox.on("stored", (entry) => {
    dirty = true;
    if (entry.what.note === note && entry.what.then) then = entry.what.then;
  });
  Outbox.on("idle", async () => {
    if (then && !Outbox.entries().length) window.location.assign(then);
    else if (dirty) {
      dirty = false;
      await takeOver();
    }
  });

  // ---------- what was refused ----------

  const showRefusal = (entry) => {
    const card = document.createElement("section");
    card.className = "card card--stop";
    const heading = document.createElement("h2");
    heading.textContent = `${element("refusals").dataset.heading}: ${entry.what.label || ""}`;
    const list = entry.what.why.map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      return paragraph;
    });
    const seen = document.createElement("button");
    seen.type = "button";
    seen.className = "btn btn-outline-primary";
    seen.textContent = element("outbox").dataset.seen;
    seen.addEventListener("click", async () => {
      card.remove();
      await Outbox.drop(entry);
      await takeOver();
    });
    card.append(heading, ...list, seen);
    element("refusals").append(card);
    card.scrollIntoView({ block: "nearest" });
  };

  Outbox.on("refused", (entry) => {
    if (entry.what.note !== note || !entry.what.tap) return;
    showRefusal(entry);
    dirty = true;
  });

  // ---------- another device on the same note ----------

  Outbox.watch(`${note}version/`, "room", () => room.version, takeOver);
})();
