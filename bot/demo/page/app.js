// The page around the frame: who you are, where you are, what is new, the clock, the menus.

import { $, get, h, memory, post, redraw, sleep } from "./dom.js";
import * as frame from "./frame.js";
import * as guide from "./guide.js";

const DM = "dm";
const HOME = "general";
const PUSHED = { hour: "An hour later.", day: "A day later.", week: "A week later." };
let here = { person: "", place: "" };
let told = null;
let lastNotice = 0;
let lastCalls = new Map();
let clockOffset = 0;
let soon = 0;
let target = { kind: "member", id: "" };

const narrow = matchMedia("(max-width: 760px)");
const middling = matchMedia("(max-width: 1080px)");
const nameOf = (key) => told?.people.find((someone) => someone.key === key)?.name ?? key;
// A channel goes by its key; an address or the guide may also call it by its name.
const roomOf = (key) => told?.rooms.find((room) => room.key === key) ?? told?.rooms.find((room) => room.name === key);
const roomName = (key) => {
  const room = roomOf(key);
  return key === DM || room?.under ? room?.name ?? "Firsthand" : `#${room?.name ?? key}`;
};
const say = (text) => { $("spoken").textContent = text; };

// ------------------------------------------------------------------ where you are

function fromHash() {
  const [person, place] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { person, place };
}

async function go(person, place) {
  if (person === here.person && place === here.place) return;
  history.pushState(null, "", `#${person}/${place}`);
  await arrive();
}

/** Draw what the address says; an address that makes no sense leads to the first person's #general. */
async function arrive() {
  const asked = fromHash();
  const person = told.people.some((someone) => someone.key === asked.person) ? asked.person : told.people[0].key;
  const hash = location.hash;
  const answer = await ask(person, asked.place || HOME);
  // Somebody went on meanwhile: where to is theirs to say.
  if (location.hash !== hash) return;
  told = answer;
  const place = roomOf(asked.place)?.key ?? HOME;
  if (person === here.person && place === here.place) return;
  here = { person, place };
  memory.set("here", `${person}/${place}`);
  if (location.hash !== `#${person}/${place}`) history.replaceState(null, "", `#${person}/${place}`);
  lastNotice = Math.max(lastNotice, ...told.notices.map((notice) => notice.id));
  hideNotice();
  draw();
  $("stage").setAttribute("aria-busy", "true");
  const title = place === DM ? `${nameOf(person)}'s messages with Firsthand` : `${roomName(place)}, seen by ${nameOf(person)}`;
  document.title = `${nameOf(person)} · ${roomName(place)} · Firsthand: the demo`;
  try {
    if (await frame.show(person, place, title)) say(`You are ${nameOf(person)}, in ${roomName(place)}.`);
  } catch (problem) {
    notice(problem.message);
  }
  $("stage").setAttribute("aria-busy", "false");
  await look();
}

// ------------------------------------------------------------------ hearing about news

function ask(person, place) {
  const looking = document.visibilityState === "visible" && person === here.person && place === here.place;
  const query = new URLSearchParams({ person, place, looking: looking ? "1" : "0" });
  return get(`/demo/state?${query}`);
}

async function look() {
  const asked = { ...here };
  const answer = await ask(asked.person, asked.place);
  if (asked.person !== here.person || asked.place !== here.place) return;
  const before = roomOf(here.place) && roomName(here.place);
  told = answer;
  frame.keep(here.person, told.rooms.map((room) => room.key));
  if (!roomOf(here.place)) {
    // Without a name from before, another look is on its way out already.
    if (before) await leave(before);
    return;
  }
  clockOffset = new Date(told.now).getTime() - Date.now();
  for (const item of told.notices) if (item.id > lastNotice) { lastNotice = item.id; notice(item.text); }
  draw();
}

/** The channel that was shown is deleted, or this person may not see it any more. */
async function leave(name) {
  history.replaceState(null, "", `#${here.person}/${HOME}`);
  const { person } = here;
  await arrive();
  if (here.person === person) notice(`${nameOf(person)} does not see ${name} any more.`);
}

async function keepLooking() {
  let silent = false;
  for (;;) {
    await sleep(document.visibilityState === "visible" ? 700 : 3000);
    try {
      await look();
      if (silent) { silent = false; hideNotice(); }
      if (frame.isLost()) await reopen();
    } catch {
      if (!silent) notice("The demo has ended. Start it again in the terminal, then reload this page.", true);
      silent = true;
    }
  }
}

async function reopen() {
  here = { person: "", place: "" };
  await arrive();
}

// ------------------------------------------------------------------ drawing

function badge(calls, fresh, whose) {
  if (calls) return h("span", { class: "badge", "aria-label": `${calls} new for ${whose}` }, String(calls));
  return fresh ? h("span", { class: "dot", role: "img", "aria-label": "new messages" }) : null;
}

function face(someone) {
  const element = h("span", { class: "face", "aria-hidden": "true" }, someone.name[0]);
  element.style.setProperty("--face", someone.colour);
  return element;
}

function draw() {
  const me = told.people.find((someone) => someone.key === here.person);
  if (!me) return;
  redraw($("people"), [told.people, here.person], () => told.people.map((someone) =>
    h("li", {}, h("button", {
      type: "button", class: "person", "data-key": someone.key,
      "aria-current": someone.key === here.person ? "true" : null,
      onclick: () => { closePanels(); go(someone.key, here.place); },
    }, h("span", { class: "seat" }, face(someone), badge(someone.calls, 0, someone.name)),
    h("span", { class: "who" }, h("strong", {}, someone.name), h("small", {}, someone.about))))));
  redraw($("places"), [told.rooms, here], () => drawRooms(me));
  redraw($("here-face"), [me.key], () => { $("here-face").style.setProperty("--face", me.colour); return [me.name[0]]; });
  $("here-name").textContent = me.name;
  $("here-place").textContent = roomName(here.place);
  const waiting = told.people.reduce((sum, someone) => sum + someone.calls, 0);
  $("here-new").hidden = !waiting;
  $("here-new").textContent = String(waiting);
  $("here-new").setAttribute("aria-label", `${waiting} new`);
  $("dms").checked = me.dms_open;
  $("dms-title").textContent = `Direct messages ${me.dms_open ? "open" : "closed"}`;
  $("dms-note").textContent = me.dms_open
    ? `${me.name}'s Discord accepts them.` : `${me.name}'s Discord turns them away.`;
  drawMenus();
  drawNow();
  guide.refresh();
  announce();
}

/** The channel list; what stands under a category is a list of its own under its name. */
function drawRooms(me) {
  const headings = [...new Set(told.rooms.map((room) => room.heading))].filter(Boolean);
  const under = (heading) => told.rooms
    .filter((room) => room.heading === heading && room.key !== DM).map((room) => drawRoom(room, me));
  return [
    ...under(""),
    ...headings.map((heading) => h("li", { class: "category" }, h("h3", {}, heading), h("ul", {}, ...under(heading)))),
    ...told.rooms.filter((room) => room.key === DM).map((room) => drawRoom(room, me)),
  ];
}

function drawRoom(room, me) {
  const direct = room.key === DM;
  const sign = direct ? "@" : room.under ? "↳" : "#";
  return h("li", { class: direct ? "apart" : null }, h("button", {
    type: "button", class: room.under ? "place thread" : "place", "data-key": room.key,
    title: (room.under ? room.name : room.topic) || null,
    "aria-current": room.key === here.place ? "page" : null,
    "data-fresh": room.fresh ? "" : null,
    onclick: () => { closePanels(); go(here.person, room.key); },
  }, h("span", { class: "hash", "aria-hidden": "true" }, sign),
  h("span", { class: "who" }, h("span", { class: "name" }, room.name),
    room.under ? h("span", { class: "unseen" }, ", a thread") : null,
    direct ? h("small", {}, "direct messages with the bot") : null),
  badge(room.calls, room.fresh, me.name)));
}

/** Say aloud, once, when somebody else has something new. */
function announce() {
  const calls = new Map(told.people.map((someone) => [someone.key, someone.calls]));
  const called = told.people.filter((someone) => someone.key !== here.person
    && someone.calls > (lastCalls.get(someone.key) ?? someone.calls));
  if (called.length) say(`Something new for ${called.map((someone) => someone.name).join(", ")}.`);
  lastCalls = calls;
}

function drawNow() {
  const now = new Date(Date.now() + clockOffset);
  const text = new Intl.DateTimeFormat("en-GB", {
    weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
  }).format(now);
  if ($("now").textContent !== text) $("now").textContent = text;
}

function drawMenus() {
  const { member = [], message = [] } = told.menus;
  const inServer = here.place !== DM;
  if (target.kind === "member" && !told.people.some((someone) => someone.key === target.id)) target.id = "";
  if (target.kind === "message" && !told.recent.some((item) => item.id === target.id)) target = { kind: "member", id: "" };
  redraw($("menus-body"), [told.menus, told.recent, here, target], () => {
    if (!inServer) return [h("p", { class: "empty" }, "Menus are for channels. Here, type a slash.")];
    if (!member.length && !message.length) return [h("p", { class: "empty" }, "The bot offers none here.")];
    const choose = h("select", {
      "data-key": "target", "aria-label": "A person or a message",
      onchange: () => {
        const [kind, id] = choose.value.split(":");
        target = { kind: kind || "member", id: id || "" };
        draw();
      },
    }, h("option", { value: "" }, "Choose a person or a message…"),
    member.length ? h("optgroup", { label: "People" }, ...told.people.map((someone) =>
      h("option", { value: `member:${someone.key}` }, someone.key === here.person ? `${someone.name} (you)` : someone.name))) : null,
    message.length ? h("optgroup", { label: `Messages in ${roomName(here.place)}` }, ...told.recent.map((item) =>
      h("option", { value: `message:${item.id}` }, `${item.author}: ${item.text}`))) : null);
    choose.value = target.id ? `${target.kind}:${target.id}` : "";
    const offered = target.id ? told.menus[target.kind] : [];
    return [choose, h("div", { class: "row wrap" }, ...offered.map((command) =>
      h("button", { type: "button", class: "main", "data-key": command.name, onclick: () => useMenu(command.name) }, command.label)))];
  });
}

// ------------------------------------------------------------------ acts

function notice(text, stay = false) {
  $("notice-text").textContent = text;
  $("notice").hidden = false;
  clearTimeout(notice.timer);
  if (!stay) notice.timer = setTimeout(hideNotice, 20000);
}
function hideNotice() { $("notice").hidden = true; }

async function act(button, body, done) {
  const buttons = [...document.querySelectorAll("#tools button, #clock button")];
  buttons.forEach((item) => { item.disabled = true; });
  button?.classList.add("working");
  try {
    const { problem } = await post("/demo/act", body);
    if (problem) notice(problem);
    else if (done) say(done);
    frame.nudge();
    await look();
    return !problem;
  } catch {
    notice("The demo did not answer.");
    return false;
  } finally {
    buttons.forEach((item) => { item.disabled = false; });
    button?.classList.remove("working");
  }
}

async function useMenu(name) {
  const ok = await act(null, {
    act: "menu", name, person: here.person, place: here.place,
    context: frame.context() ?? "", target: target.id,
  });
  if (ok) { closePanels(); frame.focus(); }
}

// ------------------------------------------------------------------ panels on small screens

const PANELS = { rooms: "open-rooms", guide: "open-guide", tools: "open-tools" };

function openPanel(name) {
  const open = document.body.dataset.panel === name ? "" : name;
  document.body.dataset.panel = open;
  for (const [panel, button] of Object.entries(PANELS)) $(button).setAttribute("aria-expanded", String(panel === open));
  $("veil").hidden = !open;
  if (open) $(open).querySelector("button, select, input")?.focus({ preventScroll: true });
}
function closePanels() { if (document.body.dataset.panel) openPanel(document.body.dataset.panel); }

function showGuide(open) {
  guide.remember(open);
  document.body.dataset.guide = open ? "open" : "closed";
  $("open-guide").setAttribute("aria-expanded", String(open));
}

for (const [panel, button] of Object.entries(PANELS)) {
  $(button).addEventListener("click", () => {
    const asSheet = panel === "rooms" ? narrow.matches : middling.matches;
    if (panel === "guide" && !asSheet) showGuide(document.body.dataset.guide !== "open");
    else { if (panel === "guide") showGuide(true); openPanel(panel); }
  });
}
$("veil").addEventListener("click", closePanels);
$("close-guide").addEventListener("click", () => { closePanels(); showGuide(false); });
$("reopen-guide").addEventListener("click", () => {
  showGuide(true);
  if (middling.matches) { closePanels(); openPanel("guide"); }
});
addEventListener("keydown", (event) => { if (event.key === "Escape") closePanels(); });
// The clock has room at the top of a large screen; on a small one it is among the tools.
function place() {
  closePanels();
  if (middling.matches) $("tools").prepend($("clock"));
  else $("top-buttons").prepend($("clock"));
}
narrow.addEventListener("change", closePanels);
middling.addEventListener("change", place);
place();

$("notice-close").addEventListener("click", hideNotice);
$("dms").addEventListener("change", () => act(null, {
  act: "dms", person: here.person, open: $("dms").checked ? "yes" : "no",
}));
for (const button of document.querySelectorAll("[data-push]")) {
  button.addEventListener("click", () => act(button, { act: "push", step: button.dataset.push }, PUSHED[button.dataset.push]));
}
$("restart").addEventListener("click", async () => {
  const button = $("restart");
  button.textContent = "Restarting…";
  const ok = await act(button, { act: "restart" });
  button.textContent = ok ? "The bot is back" : "Restart the bot";
  if (ok) say("The bot is back. What was waiting still works.");
  setTimeout(() => { button.textContent = "Restart the bot"; }, 4000);
});
// Before the first answer there is nothing to arrive at; the beginning reads the address itself.
for (const name of ["popstate", "hashchange"]) addEventListener(name, () => { if (told) arrive(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look().catch(() => {}); });
setInterval(() => { if (told) drawNow(); }, 1000);

// ------------------------------------------------------------------ beginning

async function begin() {
  const [about, state] = await Promise.all([get("/demo/about"), get("/demo/state?person=&place=&looking=0")]);
  told = state;
  $("server").textContent = about.server;
  if (!location.hash && memory.get("here")) history.replaceState(null, "", `#${memory.get("here")}`);
  guide.start(about.chapters, {
    people: () => told.people,
    at: (person, place) => (!person || person === here.person) && (!place || roomOf(place)?.key === here.place),
    go: async (person, place) => {
      if (middling.matches) closePanels();
      await go(person ?? here.person, place ?? here.place);
      if (place && !roomOf(place)) notice(`${nameOf(here.person)} sees no #${place}. Was a step left out?`);
    },
    put: async (command, options) => {
      if (middling.matches) closePanels();
      if (await frame.type(command, options)) say(`${command} is in the box. Press Enter to send it.`);
      else notice(`There is no ${command} here. Look whether you are in the right place.`);
    },
    close: () => { closePanels(); showGuide(false); },
  });
  frame.start({
    channel: (id) => told.rooms.find((item) => item.channel === id)?.name,
    follow: (channel) => {
      const room = told.rooms.find((item) => item.channel === channel || item.name === channel);
      if (room) go(here.person, room.key); else notice("That leads to a place this person does not see.");
    },
    // Something happened in there: it may have given or taken a channel.
    changed: () => { clearTimeout(soon); soon = setTimeout(() => look().catch(() => {}), 60); },
    dismiss: (person, place, message) => act(null, { act: "dismiss", person, place, target: message }),
  });
  showGuide(guide.isOpen());
  await arrive();
  keepLooking();
}

begin().catch((problem) => { $("waiting").textContent = `The page could not open: ${problem.message}`; });
