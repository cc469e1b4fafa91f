// Single-key shortcuts: only those that work on this page, and none while typing.
// A page declares its keys in its HTML: `data-key="a"` on a link, button, field or box is pressed by
// that key, and `data-key-words` says in the help what it does. `data-go="r"` answers to "g r", and
// the rows of `data-rows` (of a table's body, or elements marked `data-row`) to J, K, X and Esc.
// One switch of the account turns them all off (WCAG 2.1.4); it is rendered as <html data-keys="off">.
const TYPING =
  "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, " +
  "[contenteditable], [role=menu]";
const ROWS = "[data-rows] tbody tr, [data-rows] [data-row]";
const WAIT_AFTER_G = 1200; // milliseconds for the second key of "g r"
let pressedG = 0;

export function keysAreOff() {
  return document.documentElement.dataset.keys === "off";
}

export function startKeys() {
  addEventListener("keydown", (event) => {
    if (!ignored(event) && act(event.key.toLowerCase(), event.repeat)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open=help]")) listKeys();
  });
}

function ignored(event) {
  const letter = event.key.length === 1 && event.key.toLowerCase() !== event.key.toUpperCase();
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    (event.shiftKey && letter) ||
    event.isComposing ||
    event.defaultPrevented ||
    keysAreOff() ||
    event.target.closest?.(TYPING) ||
    document.querySelector("dialog[open], details.popover[open]")
  );
}

function act(key, held) {
  if (key === "j" || key === "k" || key === "escape") return (!held && declared(key)) || row(key);
  if (held) return false; // a key that is held down does not decide twice
  const second = Date.now() - pressedG < WAIT_AFTER_G;
  pressedG = key === "g" ? Date.now() : 0;
  if (second && key !== "g") return press(usable(`[data-go="${CSS.escape(key)}"]`));
  if (key === "?") return help();
  if (key === "/") return focus(usable("input[type=search]"));
  return declared(key) || row(key);
}

function declared(key) {
  return key.length === 1 && press(usable(`[data-key="${CSS.escape(key)}"]`));
}

// The first that a person could press: shown, and not disabled.
function usable(selector) {
  return [...document.querySelectorAll(selector)].find(isUsable);
}

function isUsable(one) {
  return one.checkVisibility({ visibilityProperty: true }) && !one.matches(":disabled");
}

function press(target) {
  if (!target) return false;
  const field = target.matches("label") ? target.control : target;
  field?.focus({ preventScroll: true }); // a closing dialog gives the focus back to it
  if (!target.matches(TYPING)) target.click();
  return true;
}

function focus(field) {
  field?.focus();
  return Boolean(field);
}

function help() {
  const dialog = document.getElementById("help");
  listKeys();
  dialog?.showModal();
  return Boolean(dialog);
}

// The help tells only what works here and now.
function listKeys() {
  const list = document.querySelector("[data-part=declared-keys]");
  if (!list) return;
  for (const line of document.querySelectorAll("#help [data-works]")) {
    line.hidden = !usable(line.dataset.works);
  }
  const told = new Map();
  for (const one of document.querySelectorAll("[data-key][data-key-words]")) {
    const { key, keyWords } = one.dataset;
    if (!told.has(key) && isUsable(one)) told.set(key, keyWords);
  }
  list.replaceChildren(...[...told].map(([key, words]) => helpLine(key, words)));
}

function helpLine(key, words) {
  const line = document.querySelector("#help template").content.firstElementChild.cloneNode(true);
  line.querySelector("span").textContent = words;
  line.querySelector("kbd").textContent = key.toUpperCase();
  return line;
}

function row(key) {
  const rows = [...document.querySelectorAll(ROWS)].filter((one) => one.checkVisibility());
  const at = rows.findIndex((one) => one.classList.contains("current"));
  if (!rows.length) return false;
  if (key === "j") return choose(rows, Math.min(rows.length - 1, at + 1));
  if (key === "k") return choose(rows, Math.max(0, at - 1));
  if (at < 0) return false;
  if (key === "x") return press(rows[at].querySelector(".checkbox"));
  if (key !== "escape") return false;
  rows[at].classList.remove("current");
  document.activeElement?.blur();
  return true;
}

function choose(rows, next) {
  for (const one of rows) one.classList.toggle("current", one === rows[next]);
  const target = rows[next].querySelector(".row-link, a, input, button") ?? rows[next];
  target.focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: "nearest" });
  return true;
}
