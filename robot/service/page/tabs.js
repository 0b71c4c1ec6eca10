// Tabs as screen readers and keyboards know them: arrows move, the chosen one is remembered.

const KEY = "sori-tab";
const tabs = [...document.querySelectorAll("[role=tab]")];

/** `onShow(name)` is called with `talk`, `robot`, ... whenever a tab comes up. */
export function openTabs(onShow) {
  function show(tab) {
    for (const one of tabs) {
      const isShown = one === tab;
      one.setAttribute("aria-selected", String(isShown));
      one.tabIndex = isShown ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).hidden = !isShown;
    }
    const name = tab.id.replace("tab-", "");
    document.body.dataset.tab = name;
    sessionStorage.setItem(KEY, name);
    onShow(name);
  }

  function move(event) {
    const here = tabs.indexOf(event.currentTarget);
    const last = tabs.length - 1;
    const goes = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key];
    if (goes === undefined) return;
    event.preventDefault();
    const next = tabs[(goes + tabs.length) % tabs.length];
    show(next);
    next.focus();
  }

  for (const tab of tabs) {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", move);
  }
  show(document.getElementById(`tab-${sessionStorage.getItem(KEY)}`) ?? tabs[0]);
}
