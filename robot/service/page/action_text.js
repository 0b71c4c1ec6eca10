// What the body was asked for and what it measured, in a few words.

import { named, pageLanguage, t } from "./words.js";

const LEAST_M = 0.01;
const LEAST_RAD = 0.02;

const number = (value, digits) =>
  value.toLocaleString(pageLanguage(), { maximumFractionDigits: digits });

/** `2 m forward, 0.5 m left`; empty where it did not go anywhere. */
export function path(xM, yM, digits = 1) {
  const parts = [];
  if (Math.abs(xM) >= LEAST_M)
    parts.push(t(xM > 0 ? "way.forward" : "way.backward", { metres: number(Math.abs(xM), digits) }));
  if (Math.abs(yM) >= LEAST_M)
    parts.push(t(yM > 0 ? "way.left" : "way.right", { metres: number(Math.abs(yM), digits) }));
  return parts.join(", ");
}

/** `90° to the left`; empty for less than a degree or so. */
export function turned(rad, digits = 0) {
  if (Math.abs(rad) < LEAST_RAD) return "";
  const degrees = number(Math.abs((rad * 180) / Math.PI), digits);
  return t(rad > 0 ? "way.turn_left" : "way.turn_right", { degrees });
}

function detail(wish) {
  switch (wish.name) {
    case "walk":
      return path(wish.dx_m ?? 0, wish.dy_m ?? 0);
    case "turn":
      return turned(wish.angle_rad ?? 0);
    case "look":
      return wish.direction ? named(`direction.${wish.direction}`, wish.direction) : "";
    case "express":
      return named(`emotion.${wish.emotion}`, wish.emotion);
    case "volume":
      return `${wish.relative && wish.percent > 0 ? "+" : ""}${wish.percent} %`;
    case "query":
      return named(`question.${wish.about}`, wish.about);
    default:
      return "";
  }
}

/** The wish of a turn object's `action.requested`. */
export function wishText(wish) {
  if (wish.name === "sequence") return (wish.steps ?? []).map(wishText).join(" → ");
  if (wish.name === "gesture") return named(`gesture.${wish.gesture}`, wish.gesture);
  if (wish.name === "posture") return named(`posture.${wish.posture}.do`, wish.posture);
  const slots = { action: named(`action.${wish.name}`, wish.name), detail: detail(wish) };
  return slots.detail ? t("action.order", slots) : slots.action;
}

/** What was measured, for actions that move the body; else empty. */
export function measuredText({ requested, measured }) {
  if (!measured || requested.name === "query") return "";
  const way = [path(measured.x_m ?? 0, measured.y_m ?? 0, 2), turned(measured.yaw_rad ?? 0)];
  const went = way.filter(Boolean).join(", ");
  return went ? t("turn.measured", { way: went }) : "";
}
