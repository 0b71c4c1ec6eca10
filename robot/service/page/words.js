// The texts of the page in the language that was chosen; `data-t*` attributes name them in the HTML.

const LANGUAGES = ["en", "ko"];
const KEY = "sori-page-language";
const listeners = [];
let words = {};
let language = LANGUAGES[0];

const chosen = () => {
  const wished = [localStorage.getItem(KEY), ...(navigator.languages ?? [navigator.language])];
  const known = wished.map((tag) => tag?.slice(0, 2)).find((tag) => LANGUAGES.includes(tag));
  return known ?? LANGUAGES[0];
};

/** The text of `key`, with `{slots}` filled; the key itself where there is none. */
export const t = (key, slots = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => slots[name] ?? all);

export const has = (key) => key in words;

/** A text where there is one, else `name` as words: values of the service may be newer than this. */
export const named = (key, name) => words[key] ?? String(name).replaceAll("_", " ");

export const pageLanguage = () => language;

/** The name of a language such as `de`, in the language of the page. */
export function languageName(code) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

/** Called now, and again whenever the language of the page changes. */
export function onWords(listener) {
  listeners.push(listener);
  if (Object.keys(words).length) listener();
}

export function translate(root = document) {
  for (const one of root.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of root.querySelectorAll("[data-t-label]"))
    one.setAttribute("aria-label", t(one.dataset.tLabel));
  for (const one of root.querySelectorAll("[data-t-placeholder]"))
    one.placeholder = t(one.dataset.tPlaceholder);
  for (const one of root.querySelectorAll("[data-t-title]")) one.title = t(one.dataset.tTitle);
}

async function speak(next) {
  const response = await fetch(new URL(`static/messages.${next}.json`, document.baseURI));
  words = await response.json();
  language = next;
  document.documentElement.lang = next;
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === next));
  translate();
  for (const listener of listeners) listener();
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, button.dataset.language);
    speak(button.dataset.language);
  });
}

/** Ready when the page has its words. */
export const wordsReady = speak(chosen());
