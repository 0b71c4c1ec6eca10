// Where the body stands, seen from above, and the way it came. x is ahead (up), y is left.

import { drawn } from "./element.js";

const SIZE = 160;
const MOST_POINTS = 400;
const LEAST_SPAN_M = 3;
const STEP_M = 0.02;
const trail = [];

/** Adds where it is now; a body without odometry has no plan. */
export function remember({ x_m: x, y_m: y }) {
  const last = trail.at(-1);
  if (last && Math.hypot(x - last.x, y - last.y) < STEP_M) return;
  trail.push({ x, y });
  if (trail.length > MOST_POINTS) trail.shift();
}

/** @returns {SVGElement} grid lines one metre apart, the way, and an arrow where it looks to */
export function planView(body, label) {
  const xs = [0, body.x_m, ...trail.map((point) => point.x)];
  const ys = [0, body.y_m, ...trail.map((point) => point.y)];
  const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const reach = (values) => Math.max(...values) - Math.min(...values);
  const span = Math.max(LEAST_SPAN_M, reach(xs) + 1, reach(ys) + 1);
  const scale = SIZE / span;
  const left = (y) => SIZE / 2 - (y - middle(ys)) * scale;
  const top = (x) => SIZE / 2 - (x - middle(xs)) * scale;
  const way = trail.map((point) => `${left(point.y).toFixed(1)},${top(point.x).toFixed(1)}`).join(" ");
  const turn = (-(body.yaw_rad ?? 0) * 180) / Math.PI;
  return drawn(
    "svg",
    { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "plan", role: "img", "aria-label": label },
    ...lines(middle(ys), span).map((y) => drawn("path", { class: "grid", d: `M${left(y)} 0v${SIZE}` })),
    ...lines(middle(xs), span).map((x) => drawn("path", { class: "grid", d: `M0 ${top(x)}h${SIZE}` })),
    drawn("circle", { class: "start", cx: left(0), cy: top(0), r: 3 }),
    drawn("polyline", { class: "way", points: way }),
    drawn("path", {
      class: "here",
      d: "M0-9L7 7 0 3-7 7z",
      transform: `translate(${left(body.y_m)} ${top(body.x_m)}) rotate(${turn})`,
    }),
  );
}

function lines(middle, span) {
  const first = Math.ceil(middle - span / 2);
  return Array.from({ length: Math.floor(middle + span / 2) - first + 1 }, (_, step) => first + step);
}
