// The form of a dispute: the suggestion, the count of letters, boxes on photos, files at once.
import { startFiles } from "./files.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDES = ["x", "y", "width", "height"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function start(form) {
  for (const frame of form.querySelectorAll("[data-draw]")) drawable(frame);
  const suggestion = form.querySelector("[data-suggestion]");
  form.addEventListener("change", ({ target }) => {
    const named = target.dataset.suggests;
    if (named) suggestion.textContent = suggestion.dataset.suggestion.replace("{}", named);
  });
  const text = form.querySelector("[data-counter]");
  text?.addEventListener("input", () => {
    const told = document.getElementById(text.dataset.counter);
    told.textContent = told.dataset.words.replace("{}", text.value.length);
  });
  startFiles(form);
}

function drawable(frame) {
  const mark = frame.closest("[data-mark]");
  const fields = SIDES.map((side) => mark.querySelector(`[data-side="${side}"]`));
  const read = () => fields.map((field) => parseFloat(field.value));
  const write = (values) => {
    fields.forEach((field, at) => (field.value = values ? +values[at].toFixed(1) : ""));
    paint(frame, read());
  };
  let from = null;
  frame.tabIndex = 0;
  frame.addEventListener("pointerdown", (event) => {
    from = place(frame, event);
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(frame, event);
    const size = [0, 1].map((at) => Math.abs(to[at] - from[at]));
    if (Math.min(...size) >= 1) write([0, 1].map((at) => Math.min(from[at], to[at])).concat(size));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    frame.addEventListener(end, () => (from = null));
  }
  frame.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    write(moved(read(), step, event.shiftKey));
  });
  mark.addEventListener("input", () => paint(frame, read()));
  mark.querySelector("[data-clear]").addEventListener("click", () => write(null));
}

// Moves a box by a step, or with `sizes` its lower right corner; without one there is one to move.
function moved([x, y, width, height], [across, down], sizes) {
  if (!(width > 0 && height > 0)) return [35, 35, 30, 30];
  if (sizes) return [x, y, bound(width + across, 2, 100 - x), bound(height + down, 2, 100 - y)];
  return [bound(x + across, 0, 100 - width), bound(y + down, 0, 100 - height), width, height];
}

function bound(value, least, most) {
  return Math.min(most, Math.max(least, value));
}

function place(frame, { clientX, clientY }) {
  const { left, top, width, height } = frame.getBoundingClientRect();
  return [bound((100 * (clientX - left)) / width, 0, 100), bound((100 * (clientY - top)) / height, 0, 100)];
}

function paint(frame, values) {
  frame.querySelector("svg")?.remove();
  if (!values.every((each) => each >= 0)) return;
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "photo-box");
  drawing.setAttribute("viewBox", "0 0 100 100");
  drawing.setAttribute("preserveAspectRatio", "none");
  for (const name of ["under", ""]) {
    const rect = document.createElementNS(SVG, "rect");
    SIDES.forEach((side, at) => rect.setAttribute(side, values[at]));
    rect.setAttribute("class", name);
    drawing.append(rect);
  }
  frame.append(drawing);
}
