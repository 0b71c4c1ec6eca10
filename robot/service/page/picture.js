// The picture of a simulated body, fresh while it moves; of other bodies none is asked for.

import { readPicture } from "./api.js";
import { byId } from "./element.js";
import { isMoving } from "./figure.js";
import { onWords, t } from "./words.js";

const MOVING_MS = 350;
const STILL_MS = 5_000;
const DRAWN_BODY = "simulated";
const image = byId("picture");
const none = byId("picture-none");
let timer = 0;

const isSeen = () => !document.hidden && byId("view").offsetParent !== null;

async function show(blob) {
  const address = URL.createObjectURL(blob);
  const next = new Image();
  next.src = address;
  await next.decode(); // the old picture stays until the new one can be drawn
  URL.revokeObjectURL(image.src);
  image.src = address;
  image.hidden = false;
  none.hidden = true;
}

async function refresh() {
  clearTimeout(timer);
  let waitMs = isMoving() ? MOVING_MS : STILL_MS;
  try {
    if (isSeen()) await show(await readPicture());
  } catch (error) {
    if (error.status === 404) {
      document.body.dataset.picture = "none"; // until the robot tells of another body
      return;
    }
    waitMs = STILL_MS;
  }
  clearTimeout(timer); // of another look that began meanwhile
  timer = setTimeout(refresh, waitMs);
}

/** Looks again now: it began or ended moving, or the robot is back. */
export function lookAgain() {
  clearTimeout(timer);
  if (document.body.dataset.picture === "drawn") timer = setTimeout(refresh, 0);
}

/** The body as the robot tells it; null: none. */
export function showBody(body) {
  const next = body?.name === DRAWN_BODY ? "drawn" : "none";
  if (next === document.body.dataset.picture) return;
  document.body.dataset.picture = next;
  lookAgain();
}

onWords(() => {
  image.alt = t("body.picture");
});
document.addEventListener("visibilitychange", lookAgain);
