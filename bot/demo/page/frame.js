// The frame with the Discord-like page in it: showing another one, and typing for the person.

import { $, h, post, sleep } from "./dom.js";

let shown = null;
let turn = 0;
// Views that were open stay, asleep: going back to one is instant, and what was typed is still there.
const kept = new Map();
const KEPT = 12;

/** Show this person's view of this channel. Resolves to false when somebody asked for another one. */
export async function show(person, place, title) {
  const mine = ++turn;
  const key = `${person}/${place}`;
  let next = kept.get(key);
  if (next && isGone(next)) { forget(key); next = null; }
  if (!next) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
    const { capability, problem } = await post("/demo/open", { person, place, zone });
    if (problem) throw new Error(problem);
    if (mine !== turn) return false;
    next = h("iframe", { title, src: `/demo/frame#${capability}`, class: "away" });
    $("stage").append(next);
    kept.set(key, next);
    // The old view stays until the new one is drawn, so that nothing flashes in between.
    for (let tries = 0; tries < 300 && !isReady(next); tries += 1) await sleep(10);
    furnish(next, person, place);
    if (mine !== turn) { rest(next); return false; }
  } else {
    kept.delete(key);
    kept.set(key, next);
    wake(next);
  }
  if (shown && shown !== next) rest(shown);
  next.classList.remove("away");
  shown = next;
  $("waiting").hidden = true;
  for (const old of [...kept.keys()].slice(0, -KEPT)) forget(old);
  return true;
}

let hooks = {};
/** given: channel(id) names a channel, follow(id or name) goes there, dismiss(person, place, messageId), changed(). */
export function start(given) { hooks = given; }

/** What Discord has and the page in the frame lacks. */
function furnish(frame, person, place) {
  const page = frame.contentDocument;
  const list = page.getElementById("channel-message-list");
  const seeNewest = keepUp(frame.contentWindow, page, list);
  // Links to messages stay in here. discord.com knows nothing of this server.
  page.addEventListener("click", (event) => {
    const way = event.target.closest?.(".thread-summary, .mention");
    if (way && isWay(way)) {
      // A thread has the id of the message that it began at; a mention only has a name.
      const thread = way.matches(".thread-summary") && way.closest("[data-message-id]").dataset.messageId;
      return hooks.follow?.(thread || way.textContent.slice(1));
    }
    const link = event.target.closest?.("a[href]");
    const found = link?.href.match(/^https:\/\/(?:\w+\.)?discord\.com\/channels\/[^/]+\/(\d+)/);
    if (!found) return;
    event.preventDefault();
    hooks.follow?.(found[1]);
  }, true);
  page.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.(".thread-summary, .mention")) event.target.click();
  });
  // Discord asks for suggestions as soon as an option is entered, not at its first letter.
  page.addEventListener("focusin", (event) => {
    const field = event.target;
    if (!field.matches?.(".command-option-input[role=combobox]") || field.value) return;
    setTimeout(() => {
      if (!page.querySelector(".command-popup:not([hidden]) .command-empty")) return;
      field.dispatchEvent(new frame.contentWindow.Event("input", { bubbles: true }));
    });
  });
  const offer = () => {
    for (const link of list.querySelectorAll('a[href*="discord.com/channels/"]')) {
      if (!link.textContent.startsWith("http")) continue;
      // Discord writes the channel's name here and not the address.
      const name = hooks.channel?.(link.href.split("/")[5]);
      link.textContent = name ? `#${name} › message` : "a message";
    }
    nameHidden(page, list);
    for (const way of list.querySelectorAll(".thread-summary:not([role]), .mention:not([role])")) {
      if (!isWay(way)) continue;
      way.setAttribute("role", "link");
      way.tabIndex = 0;
    }
    for (const note of list.querySelectorAll(".message-ephemeral-note")) {
      if (note.querySelector("button")) continue;
      const button = page.createElement("button");
      button.type = "button";
      button.className = "demo-dismiss";
      button.textContent = "Dismiss message";
      button.addEventListener("click", () =>
        hooks.dismiss?.(person, place, note.closest("[data-message-id]").dataset.messageId));
      note.append(" · ", button);
    }
  };
  offer();
  new frame.contentWindow.MutationObserver(() => {
    offer();
    seeNewest();
    hooks.changed?.();
  }).observe(list, { childList: true, subtree: true });
}

const HIDDEN = "#No Access";
/** Whether this leads to a channel or a thread, as in Discord. */
const isWay = (element) => element.matches(".thread-summary")
  || (element.textContent.startsWith("#") && element.textContent !== HIDDEN);

/** Call a channel that is deleted, or not for this person, what Discord calls it, and not by its id. */
function nameHidden(page, list) {
  const found = [];
  const texts = page.createTreeWalker(list, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (/<#\d+>/.test(texts.currentNode.data)) found.push(texts.currentNode);
  for (const text of found) {
    text.replaceWith(...text.data.split(/(<#\d+>)/).filter(Boolean).map((part) => {
      if (!/^<#\d+>$/.test(part)) return part;
      const name = page.createElement("span");
      name.className = "mention";
      name.textContent = HIDDEN;
      return name;
    }));
  }
}

/** Let go of what this person does not see any more; there is nothing left to come back to. */
export function keep(person, places) {
  for (const [key, frame] of [...kept]) {
    if (frame === shown || !key.startsWith(`${person}/`)) continue;
    if (!places.includes(key.slice(person.length + 1))) forget(key);
  }
}

/** Keep the newest message in sight, as Discord does; what is returned looks whether there is one. */
function keepUp(inside, page, list) {
  // The page in the frame opens at the top; Discord opens at the newest message.
  const timeline = page.getElementById("channel-timeline");
  const end = () => { timeline.scrollTop = timeline.scrollHeight; };
  end();
  // And it stays there when the box below grows, or an answer would arrive out of sight.
  let atEnd = true;
  timeline.addEventListener("scroll", () => {
    atEnd = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 60;
  });
  new inside.ResizeObserver(() => { if (atEnd) end(); }).observe(timeline);
  // Whoever sends something sees what comes of it, wherever they had scrolled to, until they scroll
  // again; and so does whoever presses a button far above, whose answer arrives at the bottom.
  let until = 0;
  const follow = () => { until = Date.now() + 5000; end(); };
  const composer = page.getElementById("channel-composer");
  composer.addEventListener("submit", follow, true);
  composer.addEventListener("keydown", (event) => { if (event.key === "Enter") follow(); }, true);
  for (const name of ["wheel", "touchmove"]) timeline.addEventListener(name, () => { until = 0; }, { passive: true });
  let newest = list.lastElementChild;
  return () => {
    if (list.lastElementChild === newest) return;
    newest = list.lastElementChild;
    const mine = newest?.querySelector(".message-ephemeral-note");
    // After the page in the frame has put its own scroll position back.
    if (mine || Date.now() < until) setTimeout(() => inside.requestAnimationFrame(end), 30);
  };
}

function forget(key) {
  kept.get(key)?.remove();
  kept.delete(key);
}

// The page in the frame stops asking for news when the browser puts it aside, and takes up again when
// it comes back. Out of sight is treated alike.
function rest(frame) { frame.classList.add("away"); turnPage(frame, "pagehide"); }
function wake(frame) { turnPage(frame, "pageshow"); }
/** Let the shown page ask for news now and not at its next turn. */
export function nudge() {
  if (!shown) return;
  turnPage(shown, "pagehide");
  turnPage(shown, "pageshow");
}
function turnPage(frame, name) {
  const inside = frame.contentWindow;
  inside?.dispatchEvent(new inside.PageTransitionEvent(name, { persisted: true }));
}

function isReady(frame) {
  try { return Boolean(frame.contentWindow.simcordPreview?.ready); } catch { return false; }
}

/** The id under which the shown page talks to the server, or null while there is none. */
export function context() {
  try { return shown?.contentWindow.simcordPreview?.contextId ?? null; } catch { return null; }
}

/** Whether a page lost its place, as after an hour asleep; it cannot come back by itself. */
function isGone(frame) {
  try {
    const report = frame.contentWindow.simcordPreview;
    return Boolean(report && report.contextId && !report.authorized);
  } catch { return false; }
}
export const isLost = () => Boolean(shown && isGone(shown));

export function focus() { shown?.focus(); }

async function until(find) {
  for (let tries = 0; tries < 120; tries += 1) {
    const found = find();
    if (found) return found;
    await sleep(25);
  }
  return null;
}

/** Put a command with its options into the box, without sending it. */
export async function type(command, options = {}) {
  await until(() => isReady(shown));
  const page = shown.contentDocument;
  const window_ = shown.contentWindow;
  const write = (input, text) => {
    input.focus();
    input.value = text;
    input.dispatchEvent(new window_.Event("input", { bubbles: true }));
  };
  page.querySelector(".command-context-close")?.click();
  const box = page.getElementById("channel-composer-input");
  const path = command.replace(/^\//, "").split(" ").join(".");
  const entry = () => [...page.querySelectorAll(".command-entry")]
    .find((item) => item.dataset.entryKey.split(":")[1] === path);
  // Under another language the command has another name; the bare slash lists them all.
  for (const words of [command, "/"]) {
    write(box, words);
    await sleep(60);
    if (await Promise.race([until(entry), sleep(900).then(() => null)])) break;
  }
  const found = entry();
  if (!found) { write(box, command); return false; }
  found.click();
  for (const [name, text] of Object.entries(options)) await fill(page, window_, write, name, text);
  page.querySelector(".command-chip")?.focus();
  return true;
}

async function fill(page, window_, write, name, text) {
  const field = () => page.querySelector(`.command-option-input[data-option="${CSS.escape(name)}"]`);
  const suggestion = (match) => [...page.querySelectorAll(".command-popup:not([hidden]) .command-suggestion")].find(match);
  if (!field()) {
    page.querySelector(".command-ghost")?.click();
    (await until(() => suggestion((item) => item.dataset.value === name)))?.click();
    await until(field);
  }
  if (!field()) return;
  write(field(), text);
  const label = (item) => item.querySelector(".command-suggestion-label")?.textContent.toLowerCase() ?? "";
  const wanted = text.toLowerCase();
  const fits = () => suggestion((item) => label(item) === wanted) || suggestion((item) => label(item).includes(wanted));
  const chosen = await Promise.race([until(fits), sleep(1200).then(() => null)]);
  chosen?.click();
}
