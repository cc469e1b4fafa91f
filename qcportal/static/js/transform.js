// Zoom, pan and turn of one picture in its pane: wheel, pinch, drag, double click and double tap.
const MOST = 8;
const CLOSE_UP = 3; // the zoom of a double click
const TAP = { time: 300, way: 30 }; // milliseconds and pixels between the taps of a double tap

export class Transform {
  zoom = 1;
  x = 0;
  y = 0;
  turned = 0;
  changed = () => {};
  #pointers = new Map();
  #tapped = { at: 0, x: 0, y: 0 };
  #byMouse = true;

  constructor(pane) {
    this.pane = pane;
    this.image = pane.querySelector("img");
    this.none = pane.querySelector("[data-part=none]");
    this.broken = pane.querySelector("[data-part=broken]");
    pane.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    pane.addEventListener("dblclick", (event) => this.#byMouse && this.#closer(event));
    pane.addEventListener("pointerdown", (event) => this.#down(event));
    pane.addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of ["pointerup", "pointercancel"]) {
      pane.addEventListener(end, (event) => this.#pointers.delete(event.pointerId));
    }
    this.#watch();
  }

  // otherwise: the address to try when this one does not answer; signed ones end
  picture(url, alt, otherwise = "") {
    this.turned = 0;
    this.loading = "";
    this.otherwise = otherwise;
    this.image.hidden = !url;
    this.broken.hidden = true;
    if (this.none) this.none.hidden = Boolean(url);
    this.image.alt = alt ?? "";
    if (url) this.image.src = url;
    else this.image.removeAttribute("src");
  }

  // The original takes the place of the preview in the same box, so nothing jumps.
  async sharpen(url) {
    if (!url || this.loading === url) return;
    this.loading = url;
    const full = this.image.cloneNode();
    full.src = url;
    await full.decode().catch(() => (full.src = ""));
    if (this.loading !== url || !full.naturalWidth) return;
    this.image.replaceWith(full);
    this.image = full;
    this.#draw();
  }

  fit() {
    this.#to(1, 0, 0);
  }

  turn() {
    this.turned = (this.turned + 90) % 360;
    this.#draw();
  }

  move(x, y) {
    this.x += x;
    this.y += y;
    this.#to(this.zoom, 0, 0);
  }

  zoomMiddle(factor) {
    this.#to(this.zoom * factor, this.pane.clientWidth / 2, this.pane.clientHeight / 2);
  }

  copy(other) {
    [this.zoom, this.x, this.y] = [other.zoom, other.x, other.y];
    this.#draw();
  }

  #watch() {
    this.image.addEventListener("load", () => this.#draw());
    this.image.addEventListener("error", () => {
      const next = this.otherwise;
      this.otherwise = "";
      if (next) this.image.src = next;
      else this.image.hidden = !(this.broken.hidden = false);
    });
  }

  #to(zoom, x, y) {
    const next = Math.min(MOST, Math.max(1, zoom));
    this.x = x - ((x - this.x) * next) / this.zoom;
    this.y = y - ((y - this.y) * next) / this.zoom;
    this.zoom = next;
    this.x = Math.min(0, Math.max(this.pane.clientWidth * (1 - next), this.x));
    this.y = Math.min(0, Math.max(this.pane.clientHeight * (1 - next), this.y));
    this.#draw();
    this.changed();
  }

  #draw() {
    const [x, y] = [this.pane.clientWidth / 2, this.pane.clientHeight / 2];
    const turn = this.turned
      ? ` translate(${x}px, ${y}px) rotate(${this.turned}deg) scale(${this.#fitting(x, y)})` +
        ` translate(${-x}px, ${-y}px)`
      : "";
    this.image.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.zoom})${turn}`;
  }

  // How much smaller a picture on its side has to be to stay inside of its pane.
  #fitting(x, y) {
    const { naturalWidth: wide, naturalHeight: high } = this.image;
    if (this.turned % 180 === 0 || !wide || !x || !y) return 1;
    return Math.min(x / high, y / wide) / Math.min(x / wide, y / high);
  }

  #point(event) {
    const box = this.pane.getBoundingClientRect();
    return [event.clientX - box.x, event.clientY - box.y];
  }

  #wheel(event) {
    event.preventDefault();
    this.#to(this.zoom * Math.exp(-event.deltaY / 300), ...this.#point(event));
  }

  #closer(event) {
    this.#to(this.zoom > 1 ? 1 : CLOSE_UP, ...this.#point(event));
  }

  #down(event) {
    this.pane.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event);
    this.#byMouse = event.pointerType === "mouse"; // which tells of double clicks by itself
    if (this.#byMouse || this.#pointers.size > 1) return;
    const { at, x, y } = this.#tapped;
    const near = Math.hypot(event.clientX - x, event.clientY - y) < TAP.way;
    const twice = near && event.timeStamp - at < TAP.time;
    if (twice) this.#closer(event);
    this.#tapped = { at: twice ? 0 : event.timeStamp, x: event.clientX, y: event.clientY };
  }

  #drag(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const other = [...this.#pointers.values()].find((one) => one.pointerId !== event.pointerId);
    const share = other ? 2 : 1; // the middle of two fingers goes half the way of one
    this.move((event.clientX - before.clientX) / share, (event.clientY - before.clientY) / share);
    if (other) this.#pinch(apart(event, other) / apart(before, other), event, other);
    this.#pointers.set(event.pointerId, event);
  }

  #pinch(factor, one, other) {
    const [[x, y], [left, top]] = [this.#point(one), this.#point(other)];
    this.#to(this.zoom * factor, (x + left) / 2, (y + top) / 2);
  }
}

function apart(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
}
