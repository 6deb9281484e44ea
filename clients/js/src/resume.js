// What a reloaded page comes back by.
//
// A tab that is duplicated gets a copy of sessionStorage, and would take its original's seat. So a page
// takes the right out of the storage when it starts and puts it back only when it goes (pagehide).

export class Resume {
  #storage;
  #key;
  #value = null;
  #eager;

  constructor(storage, key) {
    this.#key = key;
    this.#eager = storage !== undefined; // one that was handed in is the caller's affair
    try {
      this.#storage = storage === undefined ? globalThis.sessionStorage : storage;
    } catch {
      this.#storage = null; // forbidden by the browser
    }
    if (this.#eager || !this.#storage || !globalThis.addEventListener) return;
    addEventListener("pagehide", () => this.#write());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#storage.removeItem(this.#key));
  }

  // Returns what was kept, and takes it out of the storage.
  take() {
    try {
      this.#value = JSON.parse(this.#storage?.getItem(this.#key) ?? "null");
    } catch {
      this.#value = null; // somebody else's
    }
    if (!this.#eager) this.#storage?.removeItem(this.#key);
    return this.#value ?? {};
  }

  // `value` is {pid, key}, or null for nothing to come back to.
  keep(value) {
    this.#value = value;
    if (this.#eager) this.#write();
  }

  #write() {
    if (this.#value) this.#storage?.setItem(this.#key, JSON.stringify(this.#value));
    else this.#storage?.removeItem(this.#key);
  }
}
