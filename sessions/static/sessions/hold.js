/* The guided hold: runs the steps of one round that stand on the page as a list, and shows them in a ring.

   Time is read from the clock at every look, never counted in ticks, so a page in the background or a locked phone comes
   back to the right step. Silent; nothing is stored. What is said aloud by a screen reader changes with the step only. */
"use strict";
(() => {
  const guide = document.querySelector("[data-hold]");
  const lists = document.querySelectorAll("[data-hold-rounds]");
  const dock = document.querySelector("[data-hold-dock]");
  if (!guide || !lists.length || !dock) return;

  const part = name => guide.querySelector(`[data-hold-${name}]`);
  const title = part("title"), count = part("count"), cue = part("cue"), then = part("then"), said = part("said");
  const arc = part("arc"), stop = part("stop"), shake = part("shake"), shakeBox = part("shake-box");
  const go = dock.querySelector("[data-hold-go]"), done = dock.querySelector("[data-hold-done]");
  const words = guide.dataset;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const ARC = 1000;

  const read = list => {
    let begins = 0;
    return [...list.querySelectorAll("[data-kind]")].map(line => {
      const {kind, title, side, seconds, times, there, in: breatheIn, out} = line.dataset;
      const step = {
        kind, title, side, begins, seconds: Number(seconds), times: Number(times || 0), there: Number(there || 0),
        in: Number(breatheIn || 0), out: Number(out || 0), tick: line.querySelector("input"),
      };
      begins += step.seconds;
      return step;
    });
  };
  const lengthOf = round => round.reduce((sum, step) => sum + step.seconds, 0);
  let steps = read(lists[0]), whole = lengthOf(steps);
  /* Drawn for the right side: where both are done, the picture turns with the side. */
  const turning = steps.some(step => step.kind === "change") ? document.querySelector("[data-hold-picture] .pic") : null;

  let before = 0;      // seconds run until the last pause
  let since = null;    // clock time of the last start; null while it stands still
  let waiting = false; // for the client, who is getting into position
  let shown = null;    // the step that is on the page
  let timer = null;
  let lock = null;

  const elapsed = () => Math.min(whole, before + (since === null ? 0 : Math.max(0, Date.now() - since) / 1000));
  const clock = seconds => seconds < 60 ? String(seconds) : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  const buzz = pattern => {
    if (shake.checked && navigator.vibrate) navigator.vibrate(pattern);
  };

  /* The screen stays awake while the round runs; a browser that cannot, or will not, is fine. */
  const stayAwake = async () => {
    if (lock || !navigator.wakeLock) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => { lock = null; });
      if (since === null && !waiting) letSleep();
    } catch {
      lock = null;
    }
  };
  const letSleep = () => {
    if (lock) lock.release();
    lock = null;
  };

  /* What the ring shows inside a step: the number, the cue, how much of the arc is left (0 to 1). */
  const look = (step, into) => {
    const left = step.seconds - into;
    const inSeconds = clock(Math.ceil(left));
    const rest = (calm.matches ? Math.ceil(left) : left) / step.seconds;
    if (step.kind === "move") {
      const each = step.seconds / step.times;
      const number = Math.min(step.times, Math.floor(into / each) + 1);
      const phase = into % each < step.there ? words.there : words.back;
      return [String(number), `${words.of} ${step.times} · ${phase}`, rest];
    }
    if (step.kind === "hold") {
      if (!step.in) return [inSeconds, words.breathe, rest];
      return [inSeconds, into % (step.in + step.out) < step.in ? words.in : words.out, rest];
    }
    return [inSeconds, words[step.kind] || words.getReady, rest];
  };

  const put = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  const draw = () => {
    const at = elapsed();
    if (at >= whole) return finish();
    const index = steps.findIndex(step => at < step.begins + step.seconds);
    const step = steps[index];
    const [number, hint, rest] = look(step, at - step.begins);
    if (step !== shown) enter(step, steps[index + 1]);
    put(count, number);
    put(cue, since === null ? words.paused : hint);
    arc.setAttribute("stroke-dashoffset", String(Math.round(ARC * (1 - rest))));
  };

  const enter = (step, next) => {
    for (const each of steps) {
      if (each.tick) each.tick.checked = each.begins + each.seconds <= step.begins;
    }
    if (shown && since !== null) buzz(200);
    shown = step;
    title.textContent = step.title;
    said.textContent = step.title;
    if (turning && step.side) turning.classList.toggle("pic--mirrored", step.side === "L");
    then.textContent = next ? `${words.then} ${next.title}` : "";
  };

  const state = name => {
    dock.dataset.state = name;
    guide.dataset.state = name;
    const label = {ready: "start", waiting: "ready", running: "pause", paused: "on", over: "again"}[name];
    const goes = name !== "running" && name !== "over";
    go.textContent = words[label];
    stop.hidden = name !== "paused";
    go.classList.toggle("btn-primary", goes);
    go.classList.toggle("btn-outline-primary", !goes);
    done.classList.toggle("btn-primary", !goes);
    done.classList.toggle("btn-outline-primary", goes);
  };

  const still = () => {
    before = elapsed();
    since = null;
    clearInterval(timer);
    letSleep();
  };

  const bringUp = () => {
    guide.hidden = false;
    stayAwake();
    guide.scrollIntoView({block: "nearest", behavior: calm.matches ? "auto" : "smooth"});
  };

  /* Getting into position takes as long as it takes: the round begins when the client says so. */
  const wait = () => {
    waiting = true;
    state("waiting");
    enter(steps[0], steps[1]);
    put(count, "");
    put(cue, words.getReady);
    arc.setAttribute("stroke-dashoffset", "0");
    bringUp();
  };

  const run = () => {
    if (before >= whole) begin();
    if (!before && !waiting && steps[0].kind === "ready") return wait();
    if (waiting) before = steps[1].begins;
    waiting = false;
    since = Date.now();
    state("running");
    draw();
    timer = setInterval(draw, 200);
    bringUp();
  };

  const pause = () => {
    if (waiting) letSleep();
    if (since === null) return;
    still();
    if (before >= whole) return finish();
    state("paused");
    draw();
    said.textContent = words.paused;
  };

  const begin = () => {
    still();
    waiting = false;
    before = 0;
    shown = null;
    for (const step of steps) if (step.tick) step.tick.checked = false;
  };

  const finish = () => {
    still();
    before = whole;
    if (shown) buzz([200, 100, 200]);
    shown = null;
    for (const step of steps) if (step.tick) step.tick.checked = true;
    state("over");
    title.textContent = words.overShort;
    put(count, "✓");
    put(cue, "");
    then.textContent = words.over;
    said.textContent = words.over;
    arc.setAttribute("stroke-dashoffset", "0");
  };

  const restart = () => {
    begin();
    guide.hidden = true;
    state("ready");
  };

  go.addEventListener("click", () => (since === null ? run() : pause()));
  stop.addEventListener("click", () => {
    restart();
    go.focus();
  });
  /* Somebody who is still sore does half a round. */
  for (const answer of document.querySelectorAll("input[name=sore]")) {
    answer.addEventListener("change", () => {
      restart();
      steps = read(lists[answer.value === "yes" && lists.length > 1 ? 1 : 0]);
      whole = lengthOf(steps);
    });
  }
  /* "Done" never waits: it leads to the question, and the round stands still. */
  addEventListener("hashchange", () => { if (location.hash === "#after") pause(); });
  addEventListener("pagehide", pause);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || since === null) return;
    draw();
    stayAwake();
  });

  for (const list of lists) list.hidden = true;
  const sore = document.querySelector("input[name=sore][value=yes]:checked");
  if (sore) sore.dispatchEvent(new Event("change"));
  go.hidden = false;
  shakeBox.hidden = !navigator.vibrate;
  state("ready");
})();
