// Where the time of the last turns went, and what the filter decided: charts, and tables for all.

import { readFigures } from "./api.js";
import { lyingBars, percentile, stackedBars } from "./charts.js";
import { byId, element } from "./element.js";
import { facts } from "./robot_view.js";
import { named, onWords, pageLanguage, t } from "./words.js";

const MOST_TURNS = 50;
const LEAST_PLACES = 20; // few bars stay slim
const WIDEST_PX = 680;
const VERDICTS = ["pass", "soften", "replace", "crisis"];
let known = null;

const stageName = (stage) => named(`stage.${stage}`, stage);
const whole = (value) => (value == null ? "–" : Math.round(value).toLocaleString(pageLanguage()));
const sum = (parts) => parts.reduce((total, part) => total + (part ?? 0), 0);

/** @param {(string | Node)[][]} rows the first cell of each names its row */
function table(caption, head, rows, kind = "wide") {
  return element("div", { class: kind }, element("table", {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...rows.map(([name, ...cells]) =>
      element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => element("td", {}, cell)))))));
}

/** As wide as its card, which is narrow on a phone. */
const widthOf = (id) => Math.min(WIDEST_PX, byId(id).clientWidth || WIDEST_PX);

function legend(stages) {
  return element("p", { class: "legend", "aria-hidden": "true" },
    ...stages.map((stage, number) => element("span", {}, element("i", { class: `key s${number}` }), stageName(stage))));
}

function latencyView({ stages, turns, p50, p95 }) {
  const shown = turns.slice(-MOST_TURNS);
  if (!shown.length) return [element("p", { class: "quiet" }, t("charts.none"))];
  const totals = shown.map(sum);
  const half = p50.total ?? percentile(totals, 0.5);
  const most = p95.total ?? percentile(totals, 0.95);
  const bars = shown.map((parts) => ({
    parts: parts.map((part) => part ?? 0),
    title: `${whole(sum(parts))} ms: ${parts.map((part, number) => `${stageName(stages[number])} ${whole(part)}`).join(", ")}`,
  }));
  const marks = [{ value: half, label: "p50" }, { value: most, label: "p95" }];
  const label = t("charts.latency_label", { turns: shown.length, half: whole(half), most: whole(most) });
  const rows = stages.map((stage) => [stageName(stage), whole(p50[stage]), whole(p95[stage])]);
  rows.push([t("charts.total"), whole(half), whole(most)]);
  const all = table(t("charts.each_turn"), ["", ...stages.map(stageName), t("charts.total")],
    shown.map((parts, number) => [String(number + 1), ...parts.map(whole), whole(sum(parts))]));
  return [legend(stages), stackedBars(bars, marks, { label, most: Math.max(LEAST_PLACES, shown.length), width: widthOf("latency") }),
    table(t("charts.stages"), [t("charts.stage"), "p50", "p95"], rows),
    element("details", { "aria-label": t("charts.as_table") }, element("summary", {}, t("charts.as_table")), all)];
}

function verdictsView(verdicts) {
  const rows = VERDICTS.map((name) => ({ name: t(`verdict.${name}`), value: verdicts[name] ?? 0 }));
  const label = t("charts.verdicts");
  return [lyingBars(rows, { label, width: widthOf("verdicts") }),
    table(label, [t("charts.verdict"), t("charts.count")], rows.map(({ name, value }) => [name, String(value)]), "hidden")];
}

/** Counters may stand in groups, such as drops by queue. */
const flat = (counters, before = "") =>
  Object.entries(counters).flatMap(([name, value]) =>
    value !== null && typeof value === "object" ? flat(value, `${before}${name}.`) : [[before + name, value]]);

function draw() {
  if (!known) return;
  const wasOpen = byId("latency").querySelector("details")?.open ?? false;
  byId("latency").replaceChildren(...latencyView(known.latency_ms));
  byId("latency").querySelector("details")?.toggleAttribute("open", wasOpen);
  byId("verdicts").replaceChildren(...verdictsView(known.verdicts));
  byId("counters").replaceChildren(...facts(
    flat(known.counters ?? {}).map(([name, value]) => [named(`counter.${name}`, name), whole(value)])));
}

export async function showCharts() {
  try {
    known = await readFigures();
    draw();
  } catch (error) {
    if (!known) byId("latency").replaceChildren(element("p", { class: "error" }, error.message));
  }
}

onWords(draw);
