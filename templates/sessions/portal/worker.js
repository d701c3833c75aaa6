{% load static %}// Keeps the published plan of the client who is signed in here, and sends what was ticked while there was no network.
//
// Kept is only what the server marks with the header "Kept-For", under the name that the mark gives: one name for each
// browser session and client. Another name, or a kept page that now leads elsewhere: everything kept is thrown away.
"use strict";
importScripts("{% static 'sessions/kept-ticks.js' %}");

const LIST = "{% url 'sessions:portal_kept' %}";
const TODAY = "{% url 'sessions:portal' %}";
const STOP = "{% url 'sessions:portal_stop' %}";
const WHOSE = "{% url 'sessions:portal_whose' %}";
const NOT_RIGHT = "{% url 'sessions:portal_not_right' %}";
const INSTEAD = "{% url 'sessions:portal_offline' %}";
const FILES = "{% get_static_prefix %}";
const STRETCH = /\/stretches\/[0-9a-f-]{36}\/$/;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const MARK = "Kept-For";
const PREFIX = "plan-";
const DOWN = [502, 503, 504];
// How long a network may say nothing (milliseconds): for a page, a tick, a nerve sign, for what nobody waits for.
const PATIENCE = { page: 4000, tick: 8000, nerve: 2500, own: 30000 };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// ---------- what is kept ----------

let wipes = 0;
let line = Promise.resolve();
// One change of what is kept at a time.
const inTurn = (work) => {
  line = line.then(work, work);
  return line;
};

const wipe = async () => {
  wipes += 1;
  for (const name of await caches.keys()) await caches.delete(name);
};

const keptName = async () => (await caches.keys()).find((name) => name.startsWith(PREFIX));

const find = async (path) => {
  const name = await keptName();
  return name && (await caches.open(name)).match(path, { ignoreVary: true });
};

const cacheFor = async (name) => {
  for (const other of await caches.keys()) {
    if (other !== PREFIX + name) await caches.delete(other);
  }
  return caches.open(PREFIX + name);
};

const storedList = async () => {
  const found = await find(LIST);
  return found ? found.json() : null;
};

// A request of the worker's own; it gives up in the end, so that what comes after it is not held up.
const asks = (path, more = {}) =>
  fetch(path, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE.own), ...more });

// The whole answer, off the wire: an answer that is not read to its end holds its connection.
const whole = async (answer, change = (body) => body) => {
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(change(await answer.arrayBuffer()), { status: answer.status, headers });
};

// What the server says is to be kept; null when nobody is signed in here any more. Throws while it cannot be reached.
const askedList = async () => {
  const answer = await asks(LIST);
  if (answer.status === 200) return answer.json();
  if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return null;
  throw new Error(`asked for the list: ${answer.status}`);
};

const namesIn = (text, pattern, base) => {
  const found = [...text.matchAll(pattern)].map((match) => new URL(match[1], new URL(base, self.location)));
  return found.filter((url) => url.origin === self.location.origin && url.pathname.startsWith(FILES)).map((url) => url.pathname);
};

const fill = async (list, old) => {
  const began = wipes;
  const cache = await cacheFor(list.name);
  const fresh = new Map();
  const files = new Set();
  let complete = true;
  for (const path of list.pages) {
    const answer = await asks(path, { headers: { "For-Keeping": "yes" } }).then(whole).catch(() => null);
    if (answer && answer.status === 200 && answer.headers.get(MARK) === list.name) {
      for (const file of namesIn(await answer.clone().text(), /(?:src|href)="([^"#]+)/g, path)) files.add(file);
      fresh.set(path, answer);
    } else complete = false;
  }
  // A set takes what is added while it is walked: the files that a style sheet names come last.
  for (const path of files) {
    const here = HASHED.test(path) && (await cache.match(path));
    const answer = here || (await asks(path, { cache: "default" }).then(whole).catch(() => null));
    if (answer && answer.status === 200) {
      if (path.endsWith(".css")) {
        for (const file of namesIn(await answer.clone().text(), /url\(["']?([^"')#]+)/g, path)) files.add(file);
      }
      fresh.set(path, answer);
    } else complete = false;
  }
  if (wipes !== began) return;
  for (const [path, answer] of fresh) await cache.put(path, answer);
  // A page of a plan that has changed is worse than none.
  const changed = !old || old.plan !== list.plan;
  for (const { url } of complete || changed ? await cache.keys() : []) {
    const path = new URL(url).pathname;
    if (!fresh.has(path) && path !== LIST) await cache.delete(path);
  }
  list.state = complete ? list.state : "";
};

// Brings what is kept up to date and sends what waits. Says whether the server could be reached.
const keep = async ({ pages }) => {
  let list;
  try {
    list = await askedList();
  } catch {
    return false;
  }
  if (!list) {
    await wipe();
    return true;
  }
  await KeptTicks.keepOnly((tick) => tick.account === list.account);
  await send(list);
  if (!pages) return true;
  const began = wipes;
  const found = await storedList();
  const old = found && found.name === list.name ? found : null;
  if (!old || old.state !== list.state) await fill(list, old);
  if (wipes !== began) return true;
  const { token, ...rest } = list;
  const cache = await cacheFor(list.name);
  await cache.put(LIST, new Response(JSON.stringify(rest), { headers: { "Content-Type": "application/json" } }));
  return true;
};

// ---------- answering the pages ----------

const patient = (wait, answer) =>
  Promise.race([answer, new Promise((_resolve, reject) => setTimeout(() => reject(new Error("no answer")), wait))]);

const copy = async (path) => {
  const found = await find(path);
  if (!found) return null;
  return whole(found, (body) => new TextDecoder().decode(body).replace('data-served="network"', 'data-served="phone"'));
};

const instead = async () => (await copy(INSTEAD)) || Response.error();

// What an answer from the network means for what is kept.
const learn = async (url, answer) => {
  const name = answer.headers.get(MARK);
  if (answer.status === 200 && name) {
    const cache = await cacheFor(name);
    if (!url.search) await cache.put(url.pathname, answer);
  } else if (await find(url.pathname)) {
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) await wipe();
    else if (answer.status === 404) await (await caches.open(await keptName())).delete(url.pathname);
  }
};

const page = async (event) => {
  const url = new URL(event.request.url);
  const began = wipes;
  const learned = (answer) => {
    const mine = answer.clone();
    // An answer that was on its way when somebody signed out stays out.
    event.waitUntil(inTurn(() => wipes === began && learn(url, mine)));
    return answer;
  };
  const asked = fetch(event.request).then(learned);
  event.waitUntil(asked.catch(() => null));
  try {
    const answer = await ((await find(url.pathname)) ? patient(PATIENCE.page, asked) : asked);
    return (DOWN.includes(answer.status) && (await copy(url.pathname))) || answer;
  } catch {
    const found = await copy(url.pathname);
    if (!found && url.pathname === NOT_RIGHT && (await find(STOP))) return Response.redirect(STOP);
    return found || instead();
  }
};

const file = async (request) => {
  const found = await find(new URL(request.url).pathname);
  if (found && HASHED.test(request.url)) return found;
  return fetch(request).catch(() => found || Response.error());
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST") {
    if (STRETCH.test(url.pathname)) event.respondWith(tick(event));
    // Ticks belong to the plan that is open: they are sent before another one is.
    else if (url.pathname === WHOSE) event.respondWith(inTurn(() => keep({ pages: false })).then(() => fetch(request)));
    else if (request.mode === "navigate") event.respondWith(fetch(request).catch(instead));
  } else if (request.method === "GET") {
    if (request.mode === "navigate") event.respondWith(page(event));
    else if (url.pathname.startsWith(FILES)) event.respondWith(file(request));
  }
});

// ---------- ticks ----------

const day = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};

const tell = async () => {
  for (const open of await self.clients.matchAll({ type: "window" })) open.postMessage("ticks");
};

// A stretch is ticked: by the network if there is one, else kept here and answered as if it had been sent.
const tick = async (event) => {
  const { pathname } = new URL(event.request.url);
  const sent = event.request.clone().formData();
  const asked = fetch(event.request);
  event.waitUntil(asked.catch(() => null));
  const list = await storedList();
  if (!list) return asked;
  const form = await sent;
  if (form.get("whose") && form.get("whose") !== list.whose) return asked; // another child's page, left open
  const nerve = form.get("felt") === "nerve";
  try {
    const answer = await patient(nerve ? PATIENCE.nerve : PATIENCE.tick, asked);
    if (!DOWN.includes(answer.status)) return answer;
  } catch {
    // kept below; should the first sending have arrived after all, its key stores it once
  }
  if (!form.get("client_uuid")) return instead();
  await KeptTicks.add({
    // A nerve sign is kept beside another answer that was tapped first on the same page.
    key: nerve ? `${form.get("client_uuid")}:nerve` : form.get("client_uuid"),
    account: list.account,
    owner: list.owner,
    page: pathname,
    on: day(),
    fields: [...form].filter(([name]) => list.fields.includes(name)),
    words: [...form].some(([name, value]) => list.words.includes(name) && value),
    nerve,
  });
  if (self.registration.sync) await self.registration.sync.register("ticks").catch(() => null);
  await tell();
  return Response.redirect(nerve ? STOP : TODAY, 303);
};

// Sends what waits, oldest first, each with the key that stores it once. What is refused stays to be read.
const send = async (list) => {
  const waiting = (await KeptTicks.all()).filter((one) => one.owner === list.owner && one.refused === undefined);
  for (const one of waiting) {
    const answer = await asks(`${one.page}tick/`, {
      method: "POST",
      headers: { "X-CSRFToken": list.token },
      body: new URLSearchParams([...one.fields, ["on", one.on], ["whose", list.whose ?? ""]]),
    }).catch(() => null);
    if (!answer) break;
    if (answer.status === 200) await KeptTicks.remove(one);
    else if (answer.status === 422) await KeptTicks.put({ ...one, refused: (await answer.json()).sentence });
    else if (answer.status === 404) await KeptTicks.put({ ...one, refused: "" });
    else break;
  }
  if (waiting.length) await tell();
};

self.addEventListener("sync", (event) => {
  event.waitUntil(
    inTurn(() => keep({ pages: false })).then((reached) => {
      if (!reached) throw new Error("not sent yet"); // the browser tries again
    }),
  );
});

self.addEventListener("message", (event) => {
  const works = {
    keep: () => keep({ pages: true }),
    send: () => keep({ pages: false }),
    wipe: async () => {
      await wipe();
      await KeptTicks.drop();
    },
  };
  // A wipe does not wait for what is being kept: that stops when it sees the wipe.
  const done = event.data === "wipe" ? works.wipe() : inTurn(works[event.data]);
  event.waitUntil(done.then((answer) => event.ports[0].postMessage(answer)));
});
