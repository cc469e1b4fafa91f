// The compare viewer: one zoom for the door photo and the catalogue picture.
import { keysAreOff } from "./keys.js";
import { Transform } from "./transform.js";

const STEP = 1.5;
const MOVE = 60; // pixels for one press of an arrow key
const SHARP_FROM = 1.6; // zoom above which the original is fetched
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

class Viewer {
  constructor(dialog) {
    this.dialog = dialog;
    this.panes = dialog.querySelector(".panes");
    this.photos = [...dialog.querySelectorAll("[data-number]")];
    this.cited = new Set();
    this.together = true;
    this.door = this.transformOf(".pane-door");
    this.reference = this.transformOf(".pane-reference");
    this.active = this.door;
  }

  transformOf(selector) {
    const transform = new Transform(this.dialog.querySelector(selector));
    transform.changed = () => this.drawn(transform);
    for (const kind of ["focus", "pointerdown"])
      transform.pane.addEventListener(kind, () => (this.active = transform));
    return transform;
  }

  start() {
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    const current = this.photos.find((photo) => photo.hasAttribute("aria-current"));
    // pictures are fetched when the viewer opens, not with the page
    const opened = () => this.dialog.open && this.show(this.current ?? current ?? this.photos[0]);
    new MutationObserver(opened).observe(this.dialog, { attributeFilter: ["open"] });
    opened(); // somebody may have been faster than this script
    addEventListener("resize", () => this.active.move(0, 0));
  }

  show(photo) {
    if (!photo) return;
    for (const other of this.photos) other.removeAttribute("aria-current");
    photo.setAttribute("aria-current", "true");
    photo.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.current = photo;
    this.tell(photo.dataset);
    const { door, original, alt, catalogue, catalogueAlt } = photo.dataset;
    this.door.picture(door, alt, original);
    this.reference.picture(catalogue, catalogueAlt);
    this.reference.fit();
    this.door.fit();
  }

  tell({ question, seal, taken, download }) {
    const count = this.part("count");
    count.textContent = count.dataset.said
      .replace("{n}", this.photos.indexOf(this.current) + 1)
      .replace("{all}", this.photos.length);
    const tag = this.part("tag");
    tag.textContent = taken ? `${tag.dataset.door} · ${taken}` : tag.dataset.door;
    this.part("seal").textContent = seal ?? "";
    this.part("download").href = download;
    document.getElementById("viewer-title").textContent = question;
    this.drawCited();
  }

  part(name) {
    return this.dialog.querySelector(`[data-part="${name}"]`);
  }

  button(name) {
    return this.dialog.querySelector(`[data-act="${name}"]`);
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
    if (photo && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      this.show(photo);
    }
    const button = event.target.closest("[data-act]");
    if (button) this.act(button.dataset.act);
  }

  act(name) {
    if (name === "in") this.active.zoomMiddle(STEP);
    if (name === "out") this.active.zoomMiddle(1 / STEP);
    if (name === "fit") this.active.fit();
    if (name === "turn") this.door.turn();
    if (name === "side") this.only(this.panes.dataset.show === "both" ? "door" : "both");
    if (name === "together") this.zoomTogether(!this.together);
    if (name === "cite") this.cite();
  }

  only(which) {
    this.panes.dataset.show = which;
    press(this.button("side"), which === "both");
    this.active = which === "catalogue" ? this.reference : this.door;
    this.active.move(0, 0); // the panes have another size now
  }

  zoomTogether(together) {
    this.together = together;
    press(this.button("together"), together);
    if (together) this.drawn(this.active);
  }

  // Ticks the photo for a dispute; the link takes all of the ticked ones along.
  cite() {
    const { photo } = this.current?.dataset ?? {};
    if (!photo || !this.button("cite")) return false;
    if (!this.cited.delete(photo)) this.cited.add(photo);
    this.drawCited();
    return true;
  }

  drawCited() {
    const [button, link] = [this.button("cite"), this.part("dispute")];
    if (!button) return;
    press(button, this.cited.has(this.current.dataset.photo));
    for (const one of this.photos) one.dataset.cited = this.cited.has(one.dataset.photo);
    const many = this.cited.size;
    link.hidden = !many;
    const cited = new URLSearchParams([...this.cited].map((photo) => ["photo", photo]));
    link.setAttribute("href", `${link.pathname}?${cited}`);
    const { one, other } = link.dataset;
    this.part("dispute-words").textContent = many === 1 ? one : other.replace("#", many);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (keysAreOff() && !event.target.closest(".pane")) return;
    if (this.key(event.key)) event.preventDefault();
  }

  key(key) {
    if (key === "+" || key === "=") this.act("in");
    else if (key === "-") this.act("out");
    else if (key === "0") this.act("fit");
    else if (key.toLowerCase() === "r")
      this.only(this.panes.dataset.show === "catalogue" ? "both" : "catalogue");
    else if (key.toLowerCase() === "x") return this.cite();
    else if (key in ARROWS) this.arrow(...ARROWS[key]);
    else return false;
    return true;
  }

  arrow(x, y) {
    if (this.active.zoom > 1) this.active.move(x * MOVE, y * MOVE);
    else if (x) this.show(this.photos[this.photos.indexOf(this.current) - x]);
  }
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

const dialog = document.getElementById("viewer");
if (dialog) new Viewer(dialog).start();
