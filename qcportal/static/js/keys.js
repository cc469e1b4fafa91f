// Single-key shortcuts: only those that work on this page, and none while typing.
// Two switches turn them all off (WCAG 2.1.4): the box in the help sheet, kept in this browser,
// and the account's own, rendered as <html data-keys="off">.
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const WAIT_AFTER_G = 1200; // milliseconds for the second key of "g r"
let pressedG = 0;

export function keysAreOff() {
  return document.documentElement.dataset.keys === "off" || localStorage.getItem("keys") === "off";
}

export function startKeys() {
  const box = document.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = !keysAreOff();
    box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  }
  addEventListener("keydown", (event) => {
    if (ignored(event)) return;
    if (act(event.key.toLowerCase())) event.preventDefault();
  });
}

function ignored(event) {
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.defaultPrevented ||
    keysAreOff() ||
    event.target.closest?.(TYPING) ||
    document.querySelector("dialog[open], details.popover[open]")
  );
}

function act(key) {
  const second = Date.now() - pressedG < WAIT_AFTER_G;
  pressedG = key === "g" ? Date.now() : 0;
  if (second && key !== "g") return press(`[data-go="${CSS.escape(key)}"]`);
  if (key === "?") return open("help");
  if (key === "/") return focus("input[type=search]");
  if (key >= "1" && key <= "9") return press(`[data-check="${key}"]`);
  return moveRow(key) || (/^[a-z]$/.test(key) && press(`[data-key="${key}"]`));
}

function press(selector) {
  const target = document.querySelector(selector);
  target?.focus({ preventScroll: true }); // a closing dialog gives the focus back to it
  target?.click();
  return Boolean(target);
}

function open(id) {
  const dialog = document.getElementById(id);
  dialog?.showModal();
  return Boolean(dialog);
}

function focus(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  return Boolean(field);
}

function moveRow(key) {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
  const at = rows.findIndex((row) => row.classList.contains("current"));
  if (!rows.length) return false;
  if (key === "j" || key === "k")
    return choose(rows, Math.min(rows.length - 1, Math.max(0, at + (key === "j" ? 1 : -1))));
  if (at < 0) return false;
  if (key === "x") return press("[data-rows] tr.current .checkbox");
  if (key === "escape") {
    rows[at].classList.remove("current");
    document.activeElement?.blur();
    return true;
  }
  return false;
}

function choose(rows, next) {
  for (const row of rows) row.classList.toggle("current", row === rows[next]);
  rows[next].querySelector("a, input, button")?.focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: "nearest" });
  return true;
}
