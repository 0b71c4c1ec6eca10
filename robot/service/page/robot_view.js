// The body and its parts: facts, devices and models, and what is wrong with them.

import { path, turned } from "./action_text.js";
import { byId, element, icon } from "./element.js";
import { planView, remember } from "./plan.js";
import { named, pageLanguage, t } from "./words.js";

const GOOD = "M5 13l4 4L19 7";
const BAD = "M12 5v9M12 18v1";

export const facts = (pairs) =>
  pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);

function battery(share) {
  const percent = Math.round(share * 100);
  return element("span", { class: "battery" },
    element("meter", { min: 0, max: 100, low: 20, value: percent, "aria-label": t("body.battery") }), `${percent} %`);
}

function bodyView(body) {
  if (!body) return [element("p", { class: "quiet" }, t("body.none"))];
  const pairs = [[t("body.name"), named(`body.${body.name}`, body.name)]];
  if (body.posture) pairs.push([t("body.posture"), named(`posture.${body.posture}`, body.posture)]);
  if (body.battery_share != null) pairs.push([t("body.battery"), battery(body.battery_share)]);
  pairs.push([t("body.motion"), t(body.moving ? "body.moves" : "body.still")]);
  if (body.x_m == null || body.y_m == null) return [element("dl", { class: "facts" }, ...facts(pairs))];
  remember(body);
  const place = path(body.x_m, body.y_m, 2) || t("body.at_start");
  pairs.push([t("body.position"), place]);
  pairs.push([t("body.heading"), turned(body.yaw_rad ?? 0) || t("body.ahead")]);
  return [element("div", { class: "body" },
    element("dl", { class: "facts" }, ...facts(pairs)), planView(body, t("body.plan", { place })))];
}

function partView([name, part]) {
  const state = part.ok ? t("parts.ok") : t("parts.bad");
  return element("li", { class: part.ok ? "ok" : "bad" }, icon(part.ok ? GOOD : BAD),
    element("div", {}, element("p", {}, element("b", {}, named(`part.${name}`, name)), ` · ${state}`),
      part.device ? element("p", { class: "note" }, part.device) : null,
      part.message ? element("p", { class: part.ok ? "note" : "error" }, part.message) : null));
}

function modelsView(state) {
  const minutes = Math.floor((state.uptime_s ?? 0) / 60);
  const time = new Intl.NumberFormat(pageLanguage());
  const up = minutes >= 60
    ? t("models.hours", { hours: time.format(Math.floor(minutes / 60)), minutes: minutes % 60 })
    : t("models.minutes", { minutes });
  return facts([
    [t("models.recognition"), state.models?.recognition ?? "–"],
    [t("models.chat"), state.models?.chat?.join(", ") || "–"],
    [t("models.version"), state.version ?? "–"],
    [t("models.uptime"), up],
  ]);
}

/** Shows a state object of the service; problems are also told above everything else. */
export function showRobot(state) {
  const parts = Object.entries(state.parts ?? {});
  const broken = parts.filter(([, part]) => !part.ok);
  byId("body-facts").replaceChildren(...bodyView(state.body));
  byId("parts").replaceChildren(...parts.map(partView));
  byId("models").replaceChildren(...modelsView(state));
  byId("robot-warn").hidden = broken.length === 0;
  showNotices(broken);
}

/** The robot speaks English of its parts; for others there is a sentence of the page. */
function trouble(name, { message }) {
  const isRead = pageLanguage() === "en" && message;
  return isRead ? message : named(`trouble.${name}`, message ?? t("parts.bad"));
}

function showNotices(broken) {
  const lines = broken.map(([name, part]) => [named(`part.${name}`, name), trouble(name, part)]);
  const text = lines.flat().join();
  const place = byId("notices");
  if (place.dataset.text === text) return; // read out once
  place.dataset.text = text;
  place.replaceChildren(...lines.map(([name, message]) =>
    element("p", { class: "notice" }, icon(BAD), element("span", {}, element("b", {}, `${name}: `), message))));
}
