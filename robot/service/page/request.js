// One request to the service: with the token, a time limit, and errors as plain sentences.

import { pageToken } from "./page_token.js";
import { has, t } from "./words.js";

/** What went wrong, in words for people. `status` 0: the robot was not reached. */
export class RequestError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  get isUnreachable() {
    return this.status === 0;
  }
}

/** Sends at once and waits for nobody: stop uses this. Everything else goes through api.js. */
export async function request(method, path, { body, limitMs = 10_000, urgent = false } = {}) {
  const headers = { Authorization: `Bearer ${pageToken()}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(limitMs),
      keepalive: urgent,
      priority: urgent ? "high" : "auto",
      cache: "no-store",
      credentials: "omit",
    });
  } catch {
    throw new RequestError(0, t("error.unreachable"));
  }
  if (response.ok) return response;
  const message = await sentenceOf(response);
  if (response.status === 401) document.dispatchEvent(new Event("sori:refused"));
  throw new RequestError(response.status, message);
}

async function sentenceOf(response) {
  try {
    const { error } = await response.json();
    if (error?.message) {
      const key = `error.${error.code}`;
      return has(key) ? t(key, error) : error.message;
    }
  } catch {
    // Not ours, such as a proxy's page: its status says enough.
  }
  return t("error.status", { status: response.status });
}
