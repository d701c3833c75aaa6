// The portal on a phone: asks the worker to keep the plan, shows what is offline and what waits, and leaves nothing
// behind at sign-out. Without it, or without a worker, every page works as the server sends it.
"use strict";
const offlineLine = document.getElementById("offline");
const said = offlineLine.dataset;
const fromPhone = said.served === "phone";
const leaving = document.getElementById("leaving");

const localDay = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
};

// ---------- talking to the worker ----------

const registered = async () => {
  if (!navigator.serviceWorker) return null; // an old browser, or plain HTTP to another machine
  try {
    await navigator.serviceWorker.register(said.worker, { scope: said.scope, updateViaCache: "none" });
  } catch {
    return null;
  }
  return navigator.serviceWorker.ready;
};

const ask = async (what) => {
  const registration = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    setTimeout(() => resolve(false), 20000);
    registration.active.postMessage(what, [channel.port2]);
  });
};

// ---------- what is shown ----------

const keptList = async () => {
  const found = await caches.match(said.list, { ignoreVary: true });
  return found ? found.json() : null;
};

const myTicks = async (list) => (list ? (await KeptTicks.all()).filter((tick) => tick.owner === list.owner) : []);

// The language of the page, in the manner of the country where the phone is set up.
const language = () => {
  const { lang } = document.documentElement;
  return navigator.languages.find((one) => one.startsWith(lang)) || lang;
};

const refusal = (tick) => {
  const day = new Date(`${tick.on}T12:00`).toLocaleDateString(language(), { day: "numeric", month: "long" });
  const paragraph = element("p", "message message--warning", `${said.refused.replace("{day}", day)} ${tick.refused || said.gone} `);
  const seen = element("button", "btn btn-outline-primary btn-sm", said.seen);
  seen.type = "button";
  seen.addEventListener("click", async () => {
    await KeptTicks.remove(tick);
    await show();
  });
  paragraph.append(seen);
  return paragraph;
};

let reached = !fromPhone;

const lines = (list, ticks) => {
  const waiting = ticks.filter((tick) => tick.refused === undefined);
  const made = [];
  if (fromPhone && reached) {
    const again = element("p", "offline-line", `${said.again} `);
    const newest = element("a", "", said.newest);
    newest.href = window.location.pathname;
    again.append(newest);
    made.push(again);
  } else if (fromPhone || !navigator.onLine) {
    made.push(element("p", "offline-line", (list && list.line) || said.offline));
  }
  if (waiting.length) made.push(element("p", "offline-line", said.waiting.replace("{n}", waiting.length)));
  if (waiting.some((tick) => tick.nerve)) made.push(element("p", "offline-line", said.nerve));
  if (waiting.some((tick) => tick.words)) made.push(element("p", "offline-line", said.words));
  return [...made, ...ticks.filter((tick) => tick.refused !== undefined).map(refusal)];
};

const cardsOf = (page) => document.querySelectorAll(`[data-stretch="${page.split("/").at(-2)}"]`);

// Name and side stay, how to do it goes.
const restCard = (card, because) => {
  if (card.dataset.rests) return;
  card.dataset.rests = "yes";
  card.classList.add("mst--paused");
  for (const picture of card.querySelectorAll(":scope.hand > figure")) picture.hidden = true;
  const told = card.querySelector(".in, .hand__in");
  const named = card.matches(".hand") ? 1 : 2; // side and dose; on a card below its name
  for (const part of [...told.children].slice(named)) part.hidden = true;
  told.append(element("p", "paused", because));
};

const restPage = (because) => {
  const main = document.querySelector("main");
  if (main.dataset.rests) return;
  main.dataset.rests = "yes";
  for (const part of main.querySelectorAll(":scope > :not(.back, h1, .side-line)")) part.hidden = true;
  const stop = element("a", "btn btn-outline-danger w-100", said.stopSigns);
  stop.href = said.stop;
  main.append(element("p", "paused", because), stop);
};

// A stretch with a nerve sign rests at once, whether the server knows or not; so many of them rest the whole plan.
const rest = (list, signs) => {
  const all = signs.length && signs.length >= list.rests_after;
  const because = all ? said.planRests : said.paused;
  const pages = all ? list.pages : signs.map((tick) => tick.page);
  for (const page of pages) {
    for (const card of cardsOf(page)) restCard(card, because);
  }
  if (list.stretches.includes(window.location.pathname) && pages.includes(window.location.pathname)) restPage(because);
};

// A stretch that waits to be sent looks done.
const looksDone = (tick) => {
  for (const card of cardsOf(tick.page)) {
    const link = card.querySelector(`a[href="${tick.page}"]`);
    if (!link || card.dataset.waits || card.dataset.rests) continue;
    card.dataset.waits = "yes";
    const tooMuch = tick.fields.some(([name, value]) => name === "felt" && value === "5");
    card.classList.add(tooMuch ? "mst--enough" : "mst--done");
    link.before(element("p", `tag ${tooMuch ? "tag--note" : "tag--ok"}`, tooMuch ? said.tooMuch : said.done));
    link.classList.replace("btn-primary", "btn-quiet");
    link.firstChild.textContent = tooMuch ? said.look : said.more;
  }
};

let shown = "";
const show = async () => {
  const list = await keptList();
  const ticks = await myTicks(list);
  const made = lines(list, ticks);
  const text = made.map((one) => one.textContent).join("|");
  if (text !== shown) offlineLine.replaceChildren(...made); // spoken only when something changed
  shown = text;
  const waiting = ticks.filter((tick) => tick.refused === undefined);
  if (list) rest(list, waiting.filter((tick) => tick.nerve));
  for (const tick of waiting.filter((one) => one.on === localDay())) looksDone(tick);
};

// A page from the phone: its keys are used up, its "today" may be over, its messages were read.
if (fromPhone) {
  for (const key of document.querySelectorAll("input[name=client_uuid]")) key.value = crypto.randomUUID();
  for (const messages of document.querySelectorAll(".messages")) messages.replaceChildren();
  if (said.day !== localDay()) {
    for (const part of document.querySelectorAll("[data-of-day]")) part.hidden = true;
    for (const card of document.querySelectorAll(".mst--done")) card.classList.remove("mst--done");
  }
}

// ---------- signing out ----------

const wipe = async () => {
  await ask("wipe");
  for (const name of await caches.keys()) await caches.delete(name);
  await KeptTicks.drop();
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
};

const leave = async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const reaches = await ask("send");
  const waiting = (await myTicks(await keptList())).filter((tick) => tick.refused === undefined).length;
  if (reaches && !waiting) {
    await wipe();
    form.submit();
    return;
  }
  const throwAway = leaving.querySelector("[data-throw-away]");
  leaving.querySelector("[data-only-here]").textContent = waiting ? said.onlyHere.replace("{n}", waiting) : "";
  throwAway.textContent = waiting ? said.throwAway.replace("{n}", waiting) : said.remove;
  throwAway.onclick = async () => {
    await wipe();
    if (reaches) form.submit();
    else {
      document.querySelector("main").replaceChildren(element("h1", "", said.removed), element("p", "", said.once));
      offlineLine.replaceChildren();
      leaving.close();
    }
  };
  leaving.showModal();
};

// ---------- from here on ----------

const FIRST_WAIT = 2000; // milliseconds
const LONGEST_WAIT = 60000;

const begin = async () => {
  const registration = await registered();
  if (!registration) return;
  for (const form of document.querySelectorAll(`form[action="${said.signOut}"]`)) form.addEventListener("submit", leave);
  leaving.querySelector("[data-stay]").addEventListener("click", () => leaving.close());
  navigator.serviceWorker.addEventListener("message", show);
  window.addEventListener("offline", show);
  // A network that has just come back often fails the first time; nobody opens the page again for that.
  let wait = FIRST_WAIT;
  let again;
  const keep = async () => {
    clearTimeout(again);
    reached = await ask("keep");
    await show();
    if (!reached && navigator.onLine) again = setTimeout(keep, wait);
    wait = reached ? FIRST_WAIT : Math.min(wait * 2, LONGEST_WAIT);
  };
  window.addEventListener("online", keep);
  window.addEventListener("pageshow", (event) => event.persisted && keep());
  await show();
  await keep();
};

if (document.readyState === "complete") begin();
else window.addEventListener("load", begin);
