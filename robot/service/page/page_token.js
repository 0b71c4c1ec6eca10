// The token of the service: it comes once in the address (#token=...), then lives in this tab only.

const KEY = "sori-token";
const LETTERS = /^[\w.~-]+$/; // others cannot go into the head of a WebSocket

/** Also out of the address bar, so that it ends up in no history and no screenshot. */
function takeFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!given || !keepToken(given)) return false;
  history.replaceState(null, "", location.pathname + location.search);
  return true;
}

takeFromAddress();
addEventListener("hashchange", () => takeFromAddress() && location.reload());

/** @returns {string} empty where none is known */
export const pageToken = () => sessionStorage.getItem(KEY) ?? "";

/** Also takes a whole address. @returns {boolean} false: this cannot be a token */
export function keepToken(pasted) {
  const token = pasted.trim().split("token=").pop();
  if (!LETTERS.test(token)) return false;
  sessionStorage.setItem(KEY, token);
  return true;
}

export const forgetToken = () => sessionStorage.removeItem(KEY);
