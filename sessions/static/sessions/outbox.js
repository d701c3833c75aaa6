// The treatment room's outbox: what was tapped or typed and the server has not acknowledged. It is sealed on this device
// with a key that cannot be taken out, bound to who is signed in, sent in order, and wiped once the server has it, at
// sign-out and after a day. Without such a key (plain HTTP to another machine) it stays in the memory of the open page.
"use strict";
const Outbox = (() => {
  const box = document.getElementById("outbox");
  const words = box.dataset;
  const { owner } = words;
  const DAY = 24 * 60 * 60 * 1000;
  const EVERY = 15000; // milliseconds between tries while something waits, and between looks at another device's work
  const PATIENCE = 20000; // milliseconds that one try may take
  const sealed = Boolean(window.isSecureContext && window.crypto.subtle && window.indexedDB);

  const unique = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  const PAGE = unique(); // this page, while it is open

  // ---------- kept on the device ----------

  const opened = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open("outbox", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("keys", { keyPath: "owner" });
        asked.result.createObjectStore("entries", { keyPath: "n" });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });

  // Opened for one piece of work and closed again: an open database cannot be thrown away at sign-out.
  const within = async (stores, mode, use) => {
    const base = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const work = base.transaction(stores, mode);
        const asked = use(work);
        work.oncomplete = () => resolve(asked && asked.result);
        work.onabort = () => reject(work.error);
      });
    } finally {
      base.close();
    }
  };

  const key = async () => {
    const find = () => within("keys", "readonly", (work) => work.objectStore("keys").get(owner));
    const known = await find();
    if (known) return known.key;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    try {
      await within("keys", "readwrite", (work) => work.objectStore("keys").add({ owner, key: made }));
      return made;
    } catch {
      return (await find()).key; // another tab was faster
    }
  };
  let keyOfOwner;
  const myKey = () => {
    keyOfOwner = keyOfOwner || key();
    return keyOfOwner;
  };

  const keep = async (entry) => {
    if (!sealed) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(entry.what));
    const secret = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await myKey(), plain);
    if (entry.gone) return;
    const { n, at, page, sent, state } = entry;
    await within("entries", "readwrite", (work) => work.objectStore("entries").put({ n, owner, at, page, sent, state, iv, secret }));
    if (entry.gone) await forget(entry);
  };

  const forget = async (entry) => {
    if (sealed) await within("entries", "readwrite", (work) => work.objectStore("entries").delete(entry.n));
  };

  const wipe = async () => {
    held = [];
    keyOfOwner = undefined;
    if (!sealed) return;
    await within(["keys", "entries"], "readwrite", (work) => {
      work.objectStore("keys").clear();
      return work.objectStore("entries").clear();
    });
  };

  // ---------- what waits ----------

  let held = [];
  let last = 0;
  const listeners = { stored: [], refused: [], adopted: [], idle: [] };
  const tellAll = (what, ...about) => Promise.all(listeners[what].map((listener) => listener(...about)));
  const on = (what, listener) => listeners[what].push(listener);

  const waiting = () => held.filter((entry) => entry.state === "waiting");
  const number = () => {
    last = Math.max(Date.now() * 1000, last + 1);
    return last;
  };

  const add = async (what) => {
    const entry = { n: number(), at: Date.now(), page: PAGE, sent: false, state: "waiting", what };
    held.push(entry);
    tell();
    try {
      await keep(entry);
    } catch {
      // The device has no room left: the page keeps it, and the line says so while it waits.
    }
    flush();
    return entry;
  };

  const amend = async (entry, what) => {
    Object.assign(entry, { what, state: "waiting", at: Date.now(), sent: false });
    tell();
    await keep(entry);
    flush();
  };

  const drop = async (entry) => {
    entry.gone = true;
    held = held.filter((other) => other !== entry);
    tell();
    await forget(entry);
  };

  // A page holds a lock on its name while it is open. What a closed page left behind belongs to the next one.
  if (sealed && navigator.locks) navigator.locks.request(`page ${PAGE}`, () => new Promise(() => {}));
  const isOpen = (page) =>
    navigator.locks ? navigator.locks.request(`page ${page}`, { ifAvailable: true }, (lock) => !lock) : false;

  const adopt = async () => {
    if (!sealed) return;
    const rows = await within("entries", "readonly", (work) => work.objectStore("entries").getAll());
    let tooOld = 0;
    const taken = [];
    for (const row of rows) {
      if (held.some((entry) => entry.n === row.n) || row.page === PAGE) continue;
      if (Date.now() - row.at > DAY) {
        await forget(row);
        tooOld += row.owner === owner ? 1 : 0;
      } else if (row.owner === owner && !(await isOpen(row.page))) {
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await myKey(), row.secret);
        const what = JSON.parse(new TextDecoder().decode(plain));
        taken.push({ n: row.n, at: row.at, page: PAGE, sent: row.sent, state: row.state, what });
      }
    }
    if (tooOld) gone = tooOld;
    if (!taken.length) return;
    held = [...held, ...taken].sort((one, other) => one.n - other.n);
    for (const entry of taken) await keep(entry);
    await tellAll("adopted", taken);
  };

  // ---------- sending ----------

  let trouble = ""; // "offline", "signedout" or "failed", until a try goes well
  let savedAt = "";
  let gone = 0;

  // The page as the server sees it now: a new form key, who is signed in, what stands. Null when it cannot be had.
  const fresh = async () => {
    let answer;
    try {
      answer = await fetch(window.location.href, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      return null;
    }
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const theirs = page.getElementById("outbox");
    if (!theirs || theirs.dataset.owner !== owner) return null;
    words.token = theirs.dataset.token;
    return page;
  };

  const post = async (entry) => {
    const body = new URLSearchParams(entry.what.body);
    if (entry.what.timed) body.set("ago", String(Math.max(Date.now() - entry.at, 0)));
    body.delete("csrfmiddlewaretoken");
    return fetch(entry.what.url, {
      method: "POST",
      body,
      headers: { "HX-Request": "true", "X-CSRFToken": words.token },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
  };

  const isRefusal = (status) => status >= 400 && status < 500 && ![401, 408, 429].includes(status);

  // Why something was refused, in the sentences of the page that came back: each with the field it is about.
  const reasons = (page) => {
    const listed = [...page.querySelectorAll("main .err-sum li")].map((line) => {
      const text = line.textContent.trim();
      const about = line.querySelector(".err-of");
      return about ? `${about.textContent}: ${text.slice(about.textContent.length).trim()}` : text;
    });
    const said = page.getElementById("save-line");
    return listed.length || !said ? listed : [said.textContent.trim()];
  };

  // One try for one entry: "stored", "refused", or what stands in the way.
  const send = async (entry) => {
    entry.sent = true; // from now on it stays as it is: the answer may be lost on the way
    await keep(entry).catch(() => {});
    let answer;
    try {
      answer = await post(entry);
      if ([403, 404].includes(answer.status)) {
        if (!(await fresh())) return navigator.onLine ? "signedout" : "offline";
        answer = await post(entry); // the form key was another session's
      }
    } catch {
      return "offline";
    }
    if (answer.status === 401 || answer.type === "opaqueredirect") return "signedout";
    if (answer.ok) {
      savedAt = new Date(answer.headers.get("Date") || Date.now()).toLocaleTimeString(document.documentElement.lang, { hour12: false });
      await drop(entry);
      storedHere = true;
      await tellAll("stored", entry, answer);
      return "stored";
    }
    if (!isRefusal(answer.status)) return "failed";
    entry.state = answer.status === 409 && entry.what.field ? "conflict" : "refused";
    entry.sent = false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    entry.what = { ...entry.what, why: reasons(page) };
    await keep(entry).catch(() => {});
    await tellAll("refused", entry, page);
    return "refused";
  };

  let storedHere = false;
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await adopt().catch(() => {});
      for (let entry = waiting()[0]; entry; entry = waiting()[0]) {
        const slow = setTimeout(() => tell("saving"), 1000);
        const outcome = await send(entry);
        clearTimeout(slow);
        if (!["stored", "refused"].includes(outcome)) {
          trouble = outcome;
          tell();
          if (outcome === "signedout") askToSignIn();
          return;
        }
        trouble = "";
      }
      tell();
      await tellAll("idle");
      // A page that shows the whole note reads it again when something of it was stored only now.
      if (storedHere && document.querySelector("[data-reads-note]")) window.location.reload();
    } while (again);
  };
  const flush = () => {
    again = Boolean(running);
    running = running || run().finally(() => {
      running = null;
    });
    return running;
  };
  // Everything sent, or so many milliseconds gone by.
  const flushWithin = (time) => Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, time))]);

  // ---------- the save line: four honest states ----------

  const line = () => document.getElementById("save-line") || document.getElementById("outbox-line");
  let shown = "";

  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-quiet btn-sm";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };

  // Only a change of the state is spoken: the clock and the count change in silence.
  const say = (state, text, silent, ...more) => {
    const place = line();
    if (!place) return;
    if (place.id === "outbox-line") place.hidden = state === "saved";
    place.className = `save save--${state}`;
    place.setAttribute("aria-live", silent ? "off" : "polite");
    place.replaceChildren(text, ...more);
  };

  const tell = (now = "") => {
    const count = waiting().length;
    const heldBack = held.filter((entry) => entry.state !== "waiting");
    let state = "saved";
    if (now === "saving" || (count && !trouble && shown === "saving")) state = "saving";
    else if (count && trouble) state = trouble;
    else if (count) return; // within a second the line changes only for an answer
    else if (heldBack.some((entry) => entry.state === "conflict")) state = "conflict";
    else if (heldBack.length) state = "failed";
    const same = state === shown;
    shown = state;
    const kept = (sealed ? words.kept : words.memory).replace("{n}", count);
    if (state === "saving") say("saving", words.saving, same);
    else if (state === "offline") say("offline", kept, same);
    else if (state === "signedout") say("offline", words.signedout.replace("{n}", count), same, button(words.signIn, () => askToSignIn(true)));
    else if (state === "conflict") say("conflict", words.conflict, same);
    else if (state === "failed" && count) say("failed", words.failed, same, button(words.again, flush));
    else if (state === "failed") say("failed", heldBack.at(-1).what.tap ? words.refused : heldBack.at(-1).what.why.join(" "), same);
    else if (gone) say("failed", words.gone.replace("{n}", gone), same);
    else if (savedAt) say("saved", words.saved.replace("{time}", savedAt), same);
  };

  // ---------- signing in on the spot ----------

  const dialog = document.getElementById("sign-in-again");
  const step = dialog.querySelector("[data-step]");

  const showStep = async (answer) => {
    if (!new URL(answer.url).pathname.startsWith(words.accounts)) {
      if (!(await fresh())) {
        step.replaceChildren(words.somebodyElse);
        return;
      }
      trouble = "";
      later = false;
      dialog.close();
      await flush();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const asked = page.querySelector("main input[type=password], main input[name=code]");
    const wrong = page.querySelector("main .err-sum");
    if (!asked) {
      step.replaceChildren(words.elsewhere);
      return;
    }
    const form = document.importNode(asked.form, true);
    for (const other of form.querySelectorAll("button[form]")) other.remove(); // a passkey needs the page it is on
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form, event.submitter));
      try {
        await showStep(await fetch(form.getAttribute("action") || answer.url, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) }));
      } catch {
        dialog.close();
        trouble = "offline";
        tell();
      }
    });
    step.replaceChildren(...(wrong ? [document.importNode(wrong, true)] : []), form);
    form.querySelector("input:not([type=hidden])").focus();
  };

  // Asked once by itself; after "Not now" only the button in the save line asks again.
  let later = false;
  const askToSignIn = async (wanted = false) => {
    if (dialog.open || (later && !wanted)) return;
    try {
      const next = encodeURIComponent(window.location.pathname);
      const answer = await fetch(`${words.login}?next=${next}`, { signal: AbortSignal.timeout(PATIENCE) });
      dialog.showModal();
      await showStep(answer);
    } catch {
      trouble = "offline";
      tell();
    }
  };
  dialog.addEventListener("close", () => {
    later = trouble === "signedout";
  });
  dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());

  // ---------- signing out ----------

  const leaving = document.getElementById("throw-away");
  let letGo = null;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-sign-out]")) return;
    event.preventDefault();
    if (held.length) await flushWithin(3000);
    const leave = async () => {
      await wipe().catch(() => {});
      form.submit();
    };
    if (!held.length) {
      await leave();
      return;
    }
    letGo = leave;
    leaving.querySelector("[data-count]").textContent = words.onlyHere.replace("{n}", held.length);
    leaving.querySelector("[data-away]").textContent = words.throwAway.replace("{n}", held.length);
    leaving.showModal();
  });
  leaving.querySelector("[data-stay]").addEventListener("click", () => leaving.close());
  leaving.querySelector("[data-away]").addEventListener("click", () => letGo());

  // ---------- signing a note: only when all of it is stored ----------

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-when-sent]") || !held.length) return;
    event.preventDefault();
    await flushWithin(3000);
    if (!held.length) return; // what was stored just now is read before it is signed
    const states = held.map((entry) => entry.state);
    let why = words.waits.replace("{n}", held.length);
    if (states.includes("refused")) why = words.unseen;
    if (states.includes("conflict")) why = words.undecided;
    form.querySelector("[data-why-not]").textContent = why;
  });

  // ---------- when to try ----------

  for (const moment of ["online", "pageshow", "focus"]) window.addEventListener(moment, flush);
  document.addEventListener("visibilitychange", flush);
  setInterval(() => waiting().length && flush(), EVERY);
  window.addEventListener("beforeunload", (event) => {
    if (!sealed && held.length) event.preventDefault();
  });
  // A note that stands open on two devices: looks from time to time whether its ``part`` is still the one that is shown.
  const watch = (url, part, shownVersion, takeOver) =>
    setInterval(async () => {
      if (document.hidden || waiting().length) return;
      try {
        const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(EVERY) });
        if (answer.ok && (await answer.json())[part] !== shownVersion()) await takeOver();
      } catch {
        // No network: the next look comes by itself.
      }
    }, EVERY);

  // Without a network another page would be an error page: this one stays.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (navigator.onLine || !link || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    say("offline", words.stays, false);
  });

  return { add, amend, drop, flush, flushWithin, fresh, on, unique, watch, entries: () => held };
})();
