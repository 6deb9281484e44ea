// Timers and performance.now() in the test's hand.

export class FakeTime {
  #timers = new Map();
  #next = 1;
  #kept = {};

  constructor(now = 1000) {
    this.now = now;
    const set = (repeat) => (call, ms = 0) => {
      const id = this.#next++;
      const every = Math.max(0, ms);
      this.#timers.set(id, { id, at: this.now + every, call, every: repeat ? every : null });
      return id;
    };
    const clear = (id) => this.#timers.delete(id);
    const fakes = { setTimeout: set(false), setInterval: set(true), clearTimeout: clear, clearInterval: clear };
    for (const [name, fake] of Object.entries(fakes)) {
      this.#kept[name] = globalThis[name];
      globalThis[name] = fake;
    }
    this.#kept.now = performance.now;
    performance.now = () => this.now;
  }

  // Lets time pass: timers fire at their moments, in order, and what they promise is done between them.
  async pass(ms) {
    const end = this.now + ms;
    await this.settle();
    for (;;) {
      const due = [...this.#timers.values()].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id);
      if (!due.length) break;
      const [timer] = due;
      this.now = Math.max(this.now, timer.at);
      if (timer.every === null) this.#timers.delete(timer.id);
      else timer.at += Math.max(1, timer.every);
      timer.call();
      await this.settle();
    }
    this.now = end;
  }

  async settle() {
    await new Promise((resolve) => setImmediate(resolve));
  }

  restore() {
    const { now, ...timers } = this.#kept;
    Object.assign(globalThis, timers);
    performance.now = now;
  }
}

export function faked(test) {
  const time = new FakeTime();
  test.after(() => time.restore());
  return time;
}
