// The guided path. Where the reader is in it is remembered; the words come from the server.

import { $, h, memory } from "./dom.js";

let chapters = [];
let at = { chapter: 0, step: 0 };
let hooks = {};

/** hooks: people(), at(person, place), go(person, place), put(command, options), close(). */
export function start(told, given) {
  chapters = told;
  hooks = given;
  const [key, step] = (memory.get("guide-at") || "").split(" ");
  const chapter = Math.max(0, chapters.findIndex((item) => item.key === key));
  at = { chapter, step: Math.min(Number(step) || 0, chapters[chapter].steps.length - 1) };
  draw();
}

export const isOpen = () => memory.get("guide") !== "closed";
export function remember(open) { memory.set("guide", open ? "open" : "closed"); }

function move(chapter, step) {
  at = { chapter, step };
  memory.set("guide-at", `${chapters[chapter].key} ${step}`);
  draw();
  $("guide-body").querySelector(".step-title")?.focus({ preventScroll: true });
  $("guide-body").scrollTop = 0;
}

export function refresh() {
  const button = $("guide-body").querySelector("[data-go]");
  if (button) drawGo(button);
}

function drawGo(button) {
  const step = chapters[at.chapter].steps[at.step];
  const person = hooks.people().find((someone) => someone.key === step.be);
  const there = hooks.at(step.be, step.go);
  const where = step.go === "dm" ? "messages with Firsthand" : `#${step.go}`;
  button.disabled = there;
  button.textContent = there
    ? `You are ${person?.name ?? "there"}${step.go ? `, in ${where}` : ""}`
    : person && step.go ? `Be ${person.name}, in ${where}`
      : person ? `Be ${person.name}` : `Go to ${where}`;
}

const go = (step) => hooks.go(step.be, step.go);

/** Text in which `code` and **names** stand out; nothing else is markup. */
function words(text) {
  return text.trim().split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) =>
    part.startsWith("`") ? h("code", {}, part.slice(1, -1))
      : part.startsWith("**") ? h("strong", {}, part.slice(2, -2)) : part);
}

function commandLine(step) {
  const options = Object.entries(step.with ?? {});
  const text = [step.type, ...options.map(([name, value]) => `${name}: ${value}`)].join(" ");
  const copy = h("button", { type: "button", class: "quiet", onclick: async () => {
    try { await navigator.clipboard.writeText(text); copy.textContent = "Copied"; } catch { copy.textContent = "Select it"; }
  } }, "Copy");
  const put = h("button", { type: "button", class: "main", onclick: async () => {
    put.disabled = true;
    await go(step);
    await hooks.put(step.type, step.with ?? {});
    put.disabled = false;
  } }, "Put it in the box");
  return h("div", { class: "command" },
    h("code", {}, h("b", {}, step.type),
      ...options.map(([name, value]) => h("span", {}, ` ${name}: `, h("i", {}, value)))),
    h("div", { class: "row" }, put, copy));
}

function draw() {
  const chapter = chapters[at.chapter];
  const step = chapter.steps[at.step];
  const last = at.step === chapter.steps.length - 1;
  const parts = [];
  if (chapters.length > 1) {
    parts.push(h("label", { class: "chapter" }, h("span", { class: "unseen" }, "Chapter"),
      h("select", { onchange: (event) => move(Number(event.target.value), 0) },
        ...chapters.map((item, index) =>
          h("option", { value: String(index), selected: index === at.chapter }, item.title)))));
  }
  if (at.step === 0) parts.push(h("p", { class: "intro" }, ...words(chapter.intro)));
  parts.push(h("p", { class: "count" }, `Step ${at.step + 1} of ${chapter.steps.length}`));
  parts.push(h("h3", { class: "step-title", tabIndex: -1 }, step.title));
  if (step.be || step.go) {
    const button = h("button", { type: "button", class: "be", "data-go": "", onclick: () => go(step) });
    drawGo(button);
    parts.push(button);
  }
  if (step.do) parts.push(h("p", {}, ...words(step.do)));
  if (step.type) parts.push(commandLine(step));
  if (step.then) parts.push(h("p", {}, ...words(step.then)));
  if (step.look) parts.push(h("div", { class: "look" }, h("h4", {}, "Look for"), h("p", {}, ...words(step.look))));
  parts.push(h("div", { class: "row steps" },
    h("button", { type: "button", class: "quiet", disabled: at.step === 0, onclick: () => move(at.chapter, at.step - 1) }, "Back"),
    h("button", { type: "button", class: "main", onclick: () => {
      if (!last) move(at.chapter, at.step + 1);
      else if (at.chapter + 1 < chapters.length) move(at.chapter + 1, 0);
      else { move(at.chapter, 0); hooks.close(); }
    } }, last ? (at.chapter + 1 < chapters.length ? "Next chapter" : "Done") : "Next")));
  $("guide-title").textContent = chapters.length > 1 ? "A short tour" : chapter.title;
  $("guide-body").replaceChildren(...parts);
}
