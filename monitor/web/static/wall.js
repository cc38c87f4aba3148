// The wall board: it hears of changes, looks again, keeps the time, turns its pages, and says when
// it hears nothing any more. Runs in Chromium 80 (ES2019).
"use strict";
(function () {
  const english = document.documentElement.lang === "en";
  const main = () => document.getElementById("main");
  const TURN = 30, RENEW = 30, SOON = 2, LOST = 60;  // seconds

  // ── Looking again: when something changed, and at times for what time alone changes ────────
  let tag = null;
  let asked = 0;
  let seen = Date.now();
  let due = false;
  function renew() {
    due = false;
    asked = Date.now();
    htmx.trigger(main(), "refresh");
  }
  document.addEventListener("htmx:configRequest", function (event) {
    if (tag) { event.detail.headers["If-None-Match"] = tag; }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    const answer = event.detail.xhr;
    if (answer.responseURL && new URL(answer.responseURL).pathname === "/sign-in") {
      event.detail.shouldSwap = false;  // the key was revoked, or who was signed in is no more
      location.reload();
      return;
    }
    if (answer.status === 200 || answer.status === 304) { seen = Date.now(); }
    if (answer.status === 200) { tag = answer.getResponseHeader("ETag"); }
  });
  document.addEventListener("htmx:afterSettle", function () {
    arrive();
    document.dispatchEvent(new Event("duban:shown"));
  });

  const events = new EventSource("/wall/events" + location.search);
  events.addEventListener("changed", () => { due = true; });

  // ── The clock is that of the hall, whatever that of the screen says ────────────────────────
  let ahead = 0;
  let clock = null;
  let minute = "";
  const now = () => new Date(Date.now() + ahead);
  function arrive() {
    const board = main();
    ahead = Number(board.dataset.now) * 1000 - Date.now();
    clock = new Intl.DateTimeFormat("en-GB", { timeZone: board.dataset.zone, hour: "2-digit", minute: "2-digit", hour12: false });
    show();
    tick();
  }

  // ── Pages of the matrix ────────────────────────────────────────────────────────────────────
  let page = 0;
  let turned = Date.now();
  let held = false;
  const pages = () => Array.from(document.querySelectorAll("[data-turn]"));
  function show() {
    const all = pages();
    if (all.length) { page %= all.length; }
    all.forEach((one, index) => { one.hidden = index !== page; });
    document.body.classList.toggle("held", held);
    turned = Date.now();
  }

  // ── Every second ───────────────────────────────────────────────────────────────────────────
  const passed = (since) => (Date.now() - since) / 1000;
  function tick() {
    minute = clock.format(now());
    document.getElementById("clock").textContent = minute;
    const chip = document.getElementById("fresh");
    if (chip.dataset.at && !chip.classList.contains("stale") && !chip.classList.contains("failing")) {
      const ago = Math.max(0, Math.round(now() / 1000 - Number(chip.dataset.at)));
      const much = ago < 60 ? ago + (english ? " s" : " 秒") : Math.round(ago / 60) + (english ? " min" : " 分钟");
      chip.lastElementChild.textContent = english ? "Up to date, read " + much + " ago" : "数据正常 · " + much + "前读到";
    }
    const lost = passed(seen) > LOST;
    const bar = document.getElementById("lost");
    main().classList.toggle("lost", lost);
    bar.hidden = !lost;
    if (lost) {
      const at = clock.format(new Date(seen + ahead));
      const text = english ? "No answer from the desk since " + at + ". What is shown may be out of date."
        : "连不上督办服务，画面停在 " + at + "。以下灯色可能已过时。";
      if (bar.textContent !== text) { bar.textContent = text; }
    }
  }
  setInterval(function () {
    tick();
    if (!held && pages().length > 1 && passed(turned) >= TURN) { page += 1; show(); }
    if (passed(asked) >= (due ? SOON : RENEW)) { renew(); }
  }, 1000);

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === " ") {
      event.preventDefault();
      held = !held;
      show();
    } else if (event.key === "f" || event.key === "F") {
      if (document.fullscreenElement) { document.exitFullscreen(); } else { document.documentElement.requestFullscreen(); }
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      page += event.key === "ArrowRight" ? 1 : pages().length - 1;
      show();
    }
  });
  asked = Date.now();
  arrive();
})();
