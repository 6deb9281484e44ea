// Numbers and moments as people read them.

export const short = (id) => (id && id.length > 12 ? `${id.slice(0, 8)}…` : (id ?? "–"));
export const called = (id, name) => (name ? `${name} (${short(id)})` : short(id));
export const ms = (value) => (value === null || value === undefined ? "–" : `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`);
export const count = (value) => (value === null || value === undefined ? "–" : value.toLocaleString("en"));
export const counted = (number, what) => `${count(number)} ${what}${number === 1 ? "" : "s"}`;
export const share = (value) => `${(value * 100).toFixed(value && value < 0.01 ? 2 : 1)} %`;
export const clock = (moment) => new Date(moment).toLocaleTimeString("en-GB", { hour12: false });
export const precise = (moment) => `${clock(moment)}.${String(moment % 1000).padStart(3, "0")}`;

export function ago(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
