// Small charts as SVG in the colours of the page, in the look of robot/evaluation/plots.py. Pure.

import { drawn } from "./element.js";

const LEFT = 52;
const RIGHT = 44;
const TOP = 12;
const FOOT = 26;
const HEIGHT = 230;
const NICE_STEPS = [1, 2, 2.5, 5, 10];

/** Round numbers from 0 until just over `top`, `most` steps at most. */
export function niceTicks(top, most = 5) {
  const most10 = 10 ** Math.floor(Math.log10(Math.max(top, 1e-9) / most));
  const step = NICE_STEPS.map((nice) => nice * most10).find((size) => top / size <= most + 1e-9);
  return Array.from({ length: Math.max(1, Math.ceil(top / step - 1e-9)) + 1 }, (_, n) => n * step);
}

/** The value below which `share` of them lie (nearest rank); 0 without any. */
export function percentile(values, share) {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? 0;
}

const text = (x, y, words, anchor, kind = "tick") =>
  drawn("text", { x, y, "text-anchor": anchor, class: kind }, words);
const line = (x1, y1, x2, y2, kind) => drawn("line", { x1, y1, x2, y2, class: kind });

/**
 * Standing bars of stacked parts, oldest left, and lying lines at values worth knowing.
 * @param {{parts: number[], title: string}[]} bars in the order of the colours s0, s1, ...
 * @param {{value: number, label: string}[]} marks
 * @param {{label: string, most: number, width: number}} about `width` in px: letters keep their size
 */
export function stackedBars(bars, marks, { label, most, width }) {
  const totals = bars.map((bar) => bar.parts.reduce((sum, part) => sum + part, 0));
  const ticks = niceTicks(Math.max(1, ...totals, ...marks.map((mark) => mark.value)));
  const bottom = HEIGHT - FOOT;
  const scale = (bottom - TOP) / ticks.at(-1);
  const pace = (width - LEFT - RIGHT) / most;
  const y = (value) => bottom - value * scale;
  const grid = ticks.flatMap((tick) => [
    line(LEFT, y(tick), width - RIGHT, y(tick), "grid"),
    text(LEFT - 8, y(tick) + 4, tick >= 1000 ? `${tick / 1000} s` : tick ? `${tick} ms` : "0", "end"),
  ]);
  const columns = bars.map((bar, number) => {
    let base = 0;
    const x = LEFT + (most - bars.length + number) * pace;
    const rects = bar.parts.map((part, stage) => {
      base += part;
      return drawn("rect", { x, y: y(base), width: Math.max(1, pace * 0.82), height: Math.max(0, part * scale - 0.5), class: `s${stage}` });
    });
    return drawn("g", {}, drawn("title", {}, bar.title), ...rects);
  });
  const places = apart(marks.map((mark) => y(mark.value)));
  const lines = marks.flatMap((mark, number) => [
    line(LEFT, y(mark.value), width - RIGHT, y(mark.value), `mark m${number}`),
    text(width - RIGHT + 6, places[number] + 4, mark.label, "start", "value"),
  ]);
  return drawn("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label, class: "chart" }, ...grid, ...columns, ...lines);
}

/** Labels at these heights, moved so that none covers the one before it. */
function apart(heights, least = 15) {
  const moved = [];
  for (const height of heights)
    moved.push(moved.length ? Math.min(height, moved.at(-1) - least) : height);
  return moved;
}

/** Lying bars, one a row, with their number at the end. */
export function lyingBars(rows, { label, width }) {
  const row = 30;
  const left = 124;
  const top = Math.max(1, ...rows.map((one) => one.value));
  const scale = (width - left - RIGHT - 10) / top;
  const parts = rows.flatMap(({ name, value }, number) => {
    const y = number * row;
    return [
      text(left - 10, y + 20, name, "end", "name"),
      drawn("rect", { x: left, y: y + 7, width: Math.max(value ? 2 : 0, value * scale), height: 17, rx: 2, class: `v${number}` }),
      text(left + value * scale + 7, y + 20, String(value), "start", "value"),
    ];
  });
  return drawn("svg", { viewBox: `0 0 ${width} ${rows.length * row + 4}`, role: "img", "aria-label": label, class: "chart" },
    line(left, 2, left, rows.length * row + 2, "grid"), ...parts);
}
