// Plots over time, drawn by uPlot in the page's own colours.

import { element } from "./dom.js";
import { clock } from "./words.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia("(prefers-color-scheme: dark)");

const hours = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7, 1e8, 1e9];

// Long numbers in few letters, so that no label is cut off.
const brief = (value) => (value >= 1e6 ? `${value / 1e6}M` : value >= 1e4 ? `${value / 1e3}k` : String(value));

function axes(unit, whole) {
  const shared = {
    stroke: () => colour("--dim"),
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { stroke: () => colour("--line"), width: 1, size: 4 },
    font: "11px system-ui",
  };
  return [
    { ...shared, size: 26, space: 60, values: (_, all, __, ___, step) => all.map((at) => (step < 60000 ? clock(at) : hours(at))) },
    {
      ...shared,
      size: 62,
      ...(whole ? { incrs: WHOLE } : {}),
      values: (_, all) => all.map((each) => (unit === " ms" && each >= 1000 ? `${each / 1000} s` : brief(each) + unit)),
    },
  ];
}

// `series` are {label, colour (1 to 8), points?, gaps?}: drawn as single points, or over what is missing. Returns
// {set(times in ms, ...values), rebuild(series, times, values), mark(moments in ms)}.
export function plot(parent, life, { title, series, unit = "", whole = false, height = 170, together = "time" }) {
  const place = element("div", { className: "plot", role: "img", "aria-label": title });
  const empty = element("div", { className: "empty" }, "nothing yet");
  place.append(empty);
  parent.append(place);
  let drawn = null;
  let described = series;
  let data = [[], ...series.map(() => [])];
  let marks = [];

  // A broken line from top to bottom where something happened.
  const drawMarks = ({ ctx, bbox, scales, valToPos }) => {
    ctx.save();
    ctx.strokeStyle = colour("--bad");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    const shown = marks.filter((at) => scales.x.min !== null && at >= scales.x.min && at <= scales.x.max);
    place.dataset.marks = shown.length;
    for (const at of shown) {
      const x = Math.round(valToPos(at, "x", true)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  };
  // What happened after the newest sample is in the picture too, unless somebody has zoomed in.
  const withMarks = (_, low, high) => (high === data[0].at(-1) ? [low, Math.max(high, ...marks)] : [low, high]);
  // While nothing is pointed at, the legend tells the newest values.
  const newest = () => {
    if (data[0].length && (drawn.cursor.left ?? -1) < 0) drawn.setLegend({ idxs: data.map(last) });
  };
  const last = (values) => {
    for (let number = values.length - 1; number >= 0; number--) if (values[number] !== null) return number;
    return null;
  };

  const build = () => {
    drawn?.destroy();
    drawn = new window.uPlot(
      {
        title,
        width: Math.max(place.clientWidth, 120),
        height,
        ms: 1,
        cursor: { sync: { key: together }, drag: { x: true, y: false } },
        scales: { x: { range: withMarks }, y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(1, (high ?? 1) * 1.08)] } },
        axes: axes(unit, whole),
        hooks: { draw: [drawMarks], setCursor: [() => queueMicrotask(() => drawn && newest())] },
        series: [
          { value: (_, at) => (at === null || at === undefined ? "" : clock(at)) },
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
    newest();
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
      const told = described.map((each, number) => `${each.label} ${values[number].findLast?.((value) => value !== null) ?? "none"}${unit}`);
      place.setAttribute("aria-label", `${title}: ${told.join(", ")}`);
      drawn.setData(data);
      newest();
    },
    mark(moments) {
      marks = moments;
      drawn.setData(data);
      newest();
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
