// Asks before something cannot be taken back. The dialog is not modal: stop stays in reach beside it.

import { byId } from "./element.js";

const dialog = byId("confirm");
const behind = [...document.querySelectorAll("header, main, #notices")];

/** @returns {Promise<boolean>} whether "yes" was pressed; Escape is no, and stops as everywhere */
export async function confirmed({ title, about, yes }) {
  const before = document.activeElement;
  byId("confirm-title").textContent = title;
  byId("confirm-about").textContent = about;
  byId("confirm-yes").textContent = yes;
  dialog.returnValue = "no";
  for (const one of behind) one.inert = true;
  dialog.show();
  await new Promise((answered) => dialog.addEventListener("close", answered, { once: true }));
  for (const one of behind) one.inert = false;
  before?.focus();
  return dialog.returnValue === "yes";
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && dialog.open) dialog.close("no");
});
