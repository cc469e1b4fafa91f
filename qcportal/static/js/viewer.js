// The compare viewer: one zoom for the door photo and the catalogue picture.
import { keysAreOff } from "./keys.js";
import { Transform } from "./transform.js";

const STEP = 1.5;
const MOVE = 60; // pixels for one press of an arrow key
const SHARP_FROM = 1.6; // zoom above which the original is fetched

class Viewer {
  constructor(dialog) {
    this.dialog = dialog;
    this.panes = dialog.querySelector(".panes");
    this.photos = [...dialog.querySelectorAll("[data-number]")];
    this.together = true;
    this.door = this.transformOf(".pane-door");
    this.reference = this.transformOf(".pane-reference");
    this.active = this.door;
  }

  transformOf(selector) {
    const transform = new Transform(this.dialog.querySelector(selector));
    transform.changed = () => this.drawn(transform);
    return transform;
  }

  start() {
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    const current = this.photos.find((photo) => photo.hasAttribute("aria-current"));
    // pictures are fetched when the viewer opens, not with the page
    const opened = () => this.dialog.open && this.show(current ?? this.photos[0]);
    new MutationObserver(opened).observe(this.dialog, { attributeFilter: ["open"] });
    opened(); // somebody may have been faster than this script
  }

  show(photo) {
    if (!photo) return;
    for (const other of this.photos) other.toggleAttribute("aria-current", other === photo);
    photo.setAttribute("aria-current", "true");
    this.current = photo;
    const { question, seal, door, original, alt, taken, catalogue, catalogueAlt } = photo.dataset;
    const count = this.part("count");
    count.textContent = count.dataset.said
      .replace("{n}", this.photos.indexOf(photo) + 1)
      .replace("{all}", this.photos.length);
    const tag = this.part("tag");
    tag.textContent = taken ? `${tag.dataset.door} · ${taken}` : tag.dataset.door;
    this.part("seal").textContent = seal ?? "";
    this.part("download").href = original;
    document.getElementById("viewer-title").textContent = question;
    this.door.picture(door, alt);
    this.reference.picture(catalogue, catalogueAlt);
    this.door.fit();
    this.reference.fit();
  }

  part(name) {
    return this.dialog.querySelector(`[data-part="${name}"]`);
  }

  drawn(transform) {
    this.active = transform;
    if (this.together) this.other(transform).copy(transform);
    this.part("zoom").value = `${Math.round(transform.zoom * 100)}%`;
    if (this.door.zoom > SHARP_FROM) this.door.sharpen(this.current?.dataset.original);
  }

  other(transform) {
    return transform === this.door ? this.reference : this.door;
  }

  clicked(event) {
    const photo = event.target.closest("[data-number]");
    if (photo) {
      event.preventDefault();
      this.show(photo);
    }
    const button = event.target.closest("[data-act]");
    if (button) this.act(button.dataset.act, button);
  }

  act(name, button) {
    if (name === "in") this.active.zoomMiddle(STEP);
    if (name === "out") this.active.zoomMiddle(1 / STEP);
    if (name === "fit") this.active.fit();
    if (name === "turn") this.door.turn();
    if (name === "together") this.together = toggle(button);
    if (name === "side") this.panes.dataset.show = toggle(button) ? "both" : "door";
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (keysAreOff() && !event.target.closest(".pane")) return;
    if (this.key(event.key)) event.preventDefault();
  }

  key(key) {
    if (key === "+" || key === "=") this.active.zoomMiddle(STEP);
    else if (key === "-") this.active.zoomMiddle(1 / STEP);
    else if (key === "0") this.active.fit();
    else if (key.toLowerCase() === "r") this.onlyCatalogue();
    else if (key.startsWith("Arrow")) return this.arrow(key);
    else return false;
    return true;
  }

  onlyCatalogue() {
    this.panes.dataset.show = this.panes.dataset.show === "catalogue" ? "both" : "catalogue";
  }

  arrow(key) {
    const [x, y] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
      key
    ];
    if (this.active.zoom > 1) this.active.move(x * MOVE, y * MOVE);
    else if (x) this.show(this.photos[this.photos.indexOf(this.current) - x]);
    return true;
  }
}

function toggle(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  return on;
}

new Viewer(document.getElementById("viewer")).start();
