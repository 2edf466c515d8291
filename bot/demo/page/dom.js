// Small helpers: elements, requests, and memory that may be forbidden.

/** An element with properties and children; text is always text, never markup. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const $ = (id) => document.getElementById(id);

/** Private windows and strict settings may forbid storage; the page works without. */
export const memory = {
  get(key) {
    try { return localStorage.getItem(`firsthand-demo:${key}`); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(`firsthand-demo:${key}`, value); } catch { /* not kept, then */ }
  },
};

export async function get(path) {
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

export async function post(path, body) {
  const response = await fetch(path, {
    method: "POST", cache: "no-store",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (!response.ok && response.status !== 404) throw new Error(await response.text());
  return response.json();
}

/** Replace what is in an element only when it would look different: focus survives that way. */
export function redraw(element, key, draw) {
  const print = JSON.stringify(key);
  if (element.dataset.print === print) return;
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  element.replaceChildren(...draw());
  element.dataset.print = print;
  if (focused) element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
