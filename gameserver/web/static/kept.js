// What this browser remembers for this page: for a tab, or for all of them. Where it may remember nothing, it starts anew.

const memory = (storage) => ({
  get(key) {
    try {
      return globalThis[storage].getItem(key);
    } catch {
      return null; // forbidden in the browser's settings
    }
  },
  set(key, value) {
    try {
      globalThis[storage].setItem(key, value);
    } catch {} // forbidden, or full
  },
});

export const browser = memory("localStorage");
export const tab = memory("sessionStorage");
