// Plots over time, drawn by uPlot in the page's own colours.

import { element } from "./dom.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia("(prefers-color-scheme: dark)");

function axes(unit) {
  const shared = {
    stroke: () => colour("--dim"),
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { stroke: () => colour("--line"), width: 1, size: 4 },
    font: "11px system-ui",
  };
  return [
    { ...shared, size: 26 },
    { ...shared, size: 52, values: (_, all) => all.map((each) => (each >= 10000 ? `${each / 1000}k` : `${each}${unit}`)) },
  ];
}

// `series` are {label, colour (1 to 8), points?}. Returns {set(times in ms, ...values), rebuild(series)}.
export function plot(parent, life, { title, series, unit = "", height = 170, together = "time" }) {
  const place = element("div", { className: "plot", role: "img", "aria-label": title });
  const empty = element("div", { className: "empty" }, "nothing yet");
  place.append(empty);
  parent.append(place);
  let drawn = null;
  let described = series;
  let data = [[], ...series.map(() => [])];

  const build = () => {
    drawn?.destroy();
    drawn = new window.uPlot(
      {
        title,
        width: Math.max(place.clientWidth, 120),
        height,
        ms: 1,
        cursor: { sync: { key: together }, drag: { x: true, y: false } },
        scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(1, (high ?? 1) * 1.08)] } },
        axes: axes(unit),
        series: [
          { value: (_, at) => (at === null ? "" : new Date(at).toLocaleTimeString("en-GB")) },
          ...described.map((each) => ({
            label: each.label,
            stroke: colour(`--c${each.colour}`),
            width: each.points ? 0 : 1.5,
            points: each.points ? { show: true, size: 7, fill: colour(`--c${each.colour}`) } : { size: 4 },
            spanGaps: Boolean(each.gaps),
            value: (_, value) => (value === null || value === undefined ? "–" : `${Math.round(value * 100) / 100}${unit}`),
          })),
        ],
      },
      data,
      place,
    );
  };
  const watcher = new ResizeObserver(() => drawn?.setSize({ width: Math.max(place.clientWidth, 120), height }));
  watcher.observe(place);
  dark.addEventListener("change", build);
  life.onEnd(() => {
    watcher.disconnect();
    dark.removeEventListener("change", build);
    drawn?.destroy();
  });
  build();
  return {
    set(times, ...values) {
      data = [times, ...values];
      empty.hidden = times.length > 0;
      const last = described.map((each, number) => `${each.label} ${values[number].findLast?.((value) => value !== null) ?? "none"}${unit}`);
      place.setAttribute("aria-label", `${title}: ${last.join(", ")}`);
      drawn.setData(data);
    },
    rebuild(others, times, values) {
      described = others;
      data = [times, ...values];
      empty.hidden = times.length > 0;
      build();
    },
  };
}

// Brings series with times of their own onto one axis: [times, values...], null where a series has no sample.
export function aligned(all) {
  const times = [...new Set(all.flatMap((each) => each.at))].sort((one, other) => one - other);
  const place = new Map(times.map((at, number) => [at, number]));
  const values = all.map((each) => {
    const row = new Array(times.length).fill(null);
    each.at.forEach((at, number) => (row[place.get(at)] = each.ms[number]));
    return row;
  });
  return [times, values];
}
