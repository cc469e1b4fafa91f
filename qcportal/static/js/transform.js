// Zoom, pan and turn of one picture in its pane: wheel, pinch, drag, double click.
const MOST = 8;

export class Transform {
  zoom = 1;
  x = 0;
  y = 0;
  turned = 0;
  changed = () => {};
  #pointers = new Map();

  constructor(pane) {
    this.pane = pane;
    this.image = pane.querySelector("img");
    this.none = pane.querySelector(".pane-empty");
    pane.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    pane.addEventListener("dblclick", (event) =>
      this.#to(this.zoom > 1 ? 1 : 3, ...this.#point(event)),
    );
    pane.addEventListener("pointerdown", (event) => this.#down(event));
    pane.addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of ["pointerup", "pointercancel"]) {
      pane.addEventListener(end, (event) => this.#pointers.delete(event.pointerId));
    }
  }

  picture(url, alt) {
    this.image.hidden = !url;
    if (this.none) this.none.hidden = Boolean(url);
    if (url) this.image.src = url;
    this.image.alt = alt ?? "";
    this.turned = 0;
    this.loading = "";
  }

  // The original takes the place of the preview in the same box, so nothing jumps.
  sharpen(url) {
    if (!url || this.image.src === url || this.loading === url) return;
    this.loading = url;
    const before = this.image.src;
    const full = new Image();
    full.onload = () => {
      if (this.image.src === before) this.image.src = url;
    };
    full.src = url;
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
      ? ` translate(${x}px, ${y}px) rotate(${this.turned}deg) translate(${-x}px, ${-y}px)`
      : "";
    this.image.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.zoom})${turn}`;
  }

  #point(event) {
    const box = this.pane.getBoundingClientRect();
    return [event.clientX - box.x, event.clientY - box.y];
  }

  #wheel(event) {
    event.preventDefault();
    this.#to(this.zoom * Math.exp(-event.deltaY / 300), ...this.#point(event));
  }

  #down(event) {
    this.pane.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event);
  }

  #drag(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const other = [...this.#pointers.values()].find((one) => one.pointerId !== event.pointerId);
    if (other)
      this.#to((this.zoom * apart(event, other)) / apart(before, other), ...this.#point(event));
    else this.move(event.clientX - before.clientX, event.clientY - before.clientY);
    this.#pointers.set(event.pointerId, event);
  }
}

function apart(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
}
