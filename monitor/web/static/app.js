// The desk in the browser: pages that renew themselves, the lamp in the tab, and the keys.
// Runs in Chromium 80 (ES2019). No page needs it: without it everything is still there.
"use strict";
(function () {
  const english = document.documentElement.lang === "en";
  const main = () => document.getElementById("main");
  let tag = null;

  // ── Renewing ──────────────────────────────────────────────────────────────────────────────
  function busy() {
    const held = document.activeElement;
    return document.hidden
      || document.querySelector("dialog[open], main form.touched") !== null
      || (held && main().contains(held) && /^(INPUT|TEXTAREA|SELECT)$/.test(held.tagName));
  }
  const folds = () => Array.from(document.querySelectorAll("main details"));
  let unfolded = [];
  let waited = 0;
  setInterval(function () {
    ago();
    const every = Number(main().dataset.every);
    waited += 1;
    if (every && waited >= every && !busy()) {
      waited = 0;
      htmx.trigger(main(), "refresh");
    }
  }, 1000);
  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (form) { form.classList.add("touched"); }
  });
  document.addEventListener("htmx:configRequest", function (event) {
    if (tag && event.detail.elt.id === "main") { event.detail.headers["If-None-Match"] = tag; }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    const answer = event.detail.xhr;
    if (answer.responseURL && new URL(answer.responseURL).pathname === "/sign-in") {
      event.detail.shouldSwap = false;
      location.reload();
      return;
    }
    tag = answer.getResponseHeader("ETag");
    unfolded = folds().map((one) => one.open);
  });
  document.addEventListener("htmx:afterSettle", function () {
    const lamp = document.getElementById("fresh").dataset.lamp;
    const icon = document.getElementById("favicon");
    const name = ["red", "yellow", "ok"].indexOf(lamp) < 0 ? "warning" : lamp;
    const wanted = document.querySelector("link[data-lamp='" + name + "']");
    if (wanted) { icon.href = wanted.href; }
    const now = folds();  // what somebody has opened stays open, if the page has the same parts
    if (now.length === unfolded.length) { now.forEach((one, n) => { one.open = unfolded[n]; }); }
    choose(row);
    ago();
    document.dispatchEvent(new Event("duban:shown"));
  });

  // ── How long ago the data were read ───────────────────────────────────────────────────────
  function ago() {
    const chip = document.getElementById("fresh");
    if (!chip || !chip.dataset.at || chip.classList.contains("stale") || chip.classList.contains("failing")) { return; }
    const passed = Math.max(0, Math.round(Date.now() / 1000 - Number(chip.dataset.at)));
    const much = passed < 60 ? passed : Math.round(passed / 60);
    const unit = passed < 60 ? (english ? " s" : " 秒") : (english ? " min" : " 分钟");
    chip.textContent = english ? "Up to date, read " + much + unit + " ago"
      : "数据正常 · " + much + unit + "前读到";
  }

  // ── Forms that cannot be undone ask once more ─────────────────────────────────────────────
  document.addEventListener("submit", function (event) {
    const form = event.target;
    const asked = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (asked && !window.confirm(asked)) { event.preventDefault(); return; }
    form.classList.remove("touched");
  });

  // ── Keys (WCAG 2.1.4: off while typing, and can be switched off) ──────────────────────────
  const kept = "duban-keys-off";
  const off = () => localStorage.getItem(kept) === "1";
  let row = null;
  let went = 0;
  const rows = () => Array.from(document.querySelectorAll("main [data-row]"));
  function choose(wanted) {
    const all = rows();
    if (wanted === null || !all.length) { return; }
    row = Math.min(Math.max(wanted, 0), all.length - 1);
    all.forEach((one, index) => one.classList.toggle("chosen", index === row));
    all[row].scrollIntoView({ block: "nearest" });
  }
  function press(key) {
    const button = document.querySelector("main [data-key='" + key + "']");
    if (button) { button.focus(); button.click(); }
    return button !== null;
  }
  const acts = {
    "/": () => document.getElementById("find").focus(),
    "j": () => choose(row === null ? 0 : row + 1),
    "k": () => choose(row === null ? 0 : row - 1),
    "Enter": function () {
      const link = row !== null && rows()[row] && rows()[row].querySelector("a[href]");
      if (link) { link.click(); }
    },
    "c": function () {
      const said = document.createElement("p");
      said.className = "said"; said.setAttribute("role", "status");
      const done = () => { said.textContent = english ? "The link is copied" : "已复制链接"; };
      const held = document.createElement("input");  // navigator.clipboard wants https
      held.value = location.href; document.body.appendChild(held); held.select();
      document.execCommand("copy"); held.remove(); done();
      main().prepend(said); setTimeout(() => said.remove(), 3000);
    },
    "print": () => window.print(),
    "f": () => document.fullscreenElement ? document.exitFullscreen()
      : document.documentElement.requestFullscreen(),
    "?": () => document.getElementById("keys").showModal()
  };
  document.addEventListener("keydown", function (event) {
    const target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || document.querySelector("dialog[open]")) {
      if (event.key === "Escape" && target.id === "find") { target.blur(); }
      return;
    }
    if (event.key === "Enter" && target !== document.body) { return; }
    if (off() && event.key !== "?") { return; }
    if (event.key === "g") { went = Date.now(); return; }
    if (Date.now() - went < 1500) {
      went = 0;
      const place = document.querySelector(".bar [data-go='" + event.key + "']");
      if (place) { event.preventDefault(); location.href = place.href; return; }
    }
    if (acts[event.key]) {
      if (event.key === "Enter" && row === null) { return; }
      event.preventDefault();
      acts[event.key]();
    } else if (/^[a-z]$/.test(event.key) && press(event.key)) {
      event.preventDefault();
    }
  });
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-act]");
    if (button && acts[button.dataset.act]) { acts[button.dataset.act](); }
    document.querySelectorAll(".bar details[open]").forEach(function (one) {
      if (!one.contains(event.target)) { one.removeAttribute("open"); }
    });
  });
  const box = document.getElementById("keys-on");
  if (box) {
    box.checked = !off();
    box.addEventListener("change", () => localStorage.setItem(kept, box.checked ? "0" : "1"));
  }
  ago();
})();
