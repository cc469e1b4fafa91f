// A decision table under the keyboard: arrows and Enter go from cell to cell, Alt with an arrow
// moves the row. What was typed is sent before the page is left.
const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
let typing = null; // the cell that was typed in since it got the focus
let unsaved = false;
let focused = "";

export function start() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("focusin", (event) => {
    typing = null;
    focused = event.target.id;
  });
  document.addEventListener("input", (event) => {
    typing = event.target;
    unsaved = true;
  });
  document.addEventListener("htmx:before:request", () => (unsaved = false));
  document.addEventListener("htmx:after:swap", () => {
    const added = document.querySelector("[data-go]")?.dataset.go;
    if (added) visit(document.getElementById(added));
    else if (document.activeElement === document.body) document.getElementById(focused)?.focus();
  });
  document.addEventListener("click", clicked);
  addEventListener("pagehide", () => unsaved && navigator.sendBeacon(...message()));
}

function pressed(event) {
  const cell = event.target.closest?.("[data-grid] .cell");
  if (!cell || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
  if (event.altKey ? moveRow(cell, event.key) : moveFocus(cell, event.key)) event.preventDefault();
}

function moveRow(cell, key) {
  const verb = { ArrowUp: "up", ArrowDown: "down" }[key];
  const button = verb && cell.closest("tr").querySelector(`button[value^="${verb}:"]`);
  button?.click();
  return Boolean(button);
}

function moveFocus(cell, key) {
  const step = key === "Enter" && cell.tagName !== "A" ? STEPS.ArrowDown : STEPS[key];
  if (!step || !leaves(cell, key)) return false;
  const next = neighbour(cell, ...step);
  if (!next && key === "Enter") cell.blur(); // the last row: what was typed counts now
  visit(next ?? cell);
  return true;
}

function visit(cell) {
  cell?.focus();
  cell?.select?.();
}

// Arrows belong to the cell until its text ends; those of a list of words while one types.
function leaves(cell, key) {
  if (key === "Enter" || cell.tagName === "A") return true;
  const sideways = key === "ArrowLeft" || key === "ArrowRight";
  if (cell.tagName === "SELECT") return sideways;
  if (!sideways) return !(cell.list && typing === cell);
  const { selectionStart: start, selectionEnd: end, value } = cell;
  if (end - start === value.length) return true;
  return start === end && start === (key === "ArrowLeft" ? 0 : value.length);
}

function neighbour(cell, x, y) {
  const place = cell.closest("td");
  const rows = [...place.closest("tbody").rows];
  const row = rows[rows.indexOf(place.parentElement) + y];
  return row?.cells[place.cellIndex + x]?.querySelector(".cell");
}

async function clicked(event) {
  const link = event.target.closest("#editor a[href], .sidebar a[href]");
  if (!link) return;
  const there = link.getAttribute("href");
  if (there.startsWith("#")) visit(document.getElementById(there.slice(1)));
  else if (unsaved && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const [url, body] = message();
    unsaved = false;
    await fetch(url, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => {});
    location.assign(there);
  }
}

function message() {
  const form = document.querySelector("[data-editor]");
  return [form.action, new URLSearchParams(new FormData(form))];
}
