// How a player steers: keys while the arena has the focus, a finger or mouse anywhere on it, or the pilot.

const KEYS = {
  ArrowUp: [0, -1], KeyW: [0, -1], ArrowDown: [0, 1], KeyS: [0, 1],
  ArrowLeft: [-1, 0], KeyA: [-1, 0], ArrowRight: [1, 0], KeyD: [1, 0],
};
const STICK_PX = 60; // a drag so long steers fully

export class Controls {
  #pressed = new Set();
  #stick = null; // where a drag began, and where it is
  #off = new AbortController();
  #changed;

  // `changed` hears (x, y, dash) in the unit disc; `key` hears of the letters that mean something else.
  constructor(arena, dash, { changed, key }) {
    this.#changed = changed;
    const on = (target, event, listener) => target.addEventListener(event, listener, { signal: this.#off.signal });
    on(arena, "keydown", (event) => this.#down(event, key));
    on(arena, "keyup", ({ code }) => this.#pressed.delete(code) && this.#tell());
    on(arena, "blur", () => this.#release());
    on(arena, "pointerdown", (event) => this.#grab(arena, event));
    on(arena, "pointermove", (event) => this.#drag(event));
    on(arena, "pointerup", () => this.#release());
    on(arena, "pointercancel", () => this.#release());
    on(dash, "pointerdown", (event) => {
      event.preventDefault(); // the finger that steers keeps the focus on the arena
      this.#tell(true);
    });
  }

  // Where the drag began and where it is, in pixels of the page, or null.
  get stick() {
    return this.#stick;
  }

  get direction() {
    if (this.#stick !== null) {
      const { from, to } = this.#stick;
      return inDisc((to[0] - from[0]) / STICK_PX, (to[1] - from[1]) / STICK_PX);
    }
    const sum = [...this.#pressed].reduce(([x, y], code) => [x + KEYS[code][0], y + KEYS[code][1]], [0, 0]);
    return inDisc(...sum);
  }

  stop() {
    this.#off.abort();
  }

  #down(event, key) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.code in KEYS) {
      event.preventDefault();
      if (!event.repeat) this.#pressed.add(event.code) && this.#tell();
    } else if (event.code === "Space") {
      event.preventDefault();
      if (!event.repeat) this.#tell(true);
    } else if (!event.repeat) {
      key(event.code);
    }
  }

  #grab(arena, event) {
    arena.focus({ preventScroll: true });
    if (event.button !== 0) return;
    arena.setPointerCapture(event.pointerId);
    this.#stick = { from: [event.clientX, event.clientY], to: [event.clientX, event.clientY] };
  }

  #drag(event) {
    if (this.#stick === null) return;
    this.#stick.to = [event.clientX, event.clientY];
    this.#tell();
  }

  #release() {
    this.#pressed.clear();
    this.#stick = null;
    this.#tell();
  }

  #tell(dash = false) {
    this.#changed(...this.direction, dash);
  }
}

function inDisc(x, y) {
  const length = Math.max(1, Math.hypot(x, y));
  return [x / length, y / length];
}
