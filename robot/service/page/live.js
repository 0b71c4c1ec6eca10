// The events of the robot over a WebSocket that comes back by itself.

import { pageToken } from "./page_token.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * Connects and stays connected. `onLink("open" | "lost")` tells how it stands; `onMessage` gets
 * each event. @returns {{again: () => void, pause: () => void}} `again` connects anew at once.
 */
export function openLive({ onMessage, onLink }) {
  let socket = null;
  let waitMs = FIRST_WAIT_MS;
  let timer = 0;

  function connect() {
    clearTimeout(timer);
    const address = new URL("api/events", document.baseURI);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(address, ["sori", `token.${pageToken()}`]);
    socket = mine;
    mine.addEventListener("open", () => {
      waitMs = FIRST_WAIT_MS;
      onLink("open");
    });
    mine.addEventListener("message", (event) => onMessage(JSON.parse(event.data)));
    mine.addEventListener("close", () => {
      if (mine !== socket) return; // replaced already
      onLink("lost");
      // A little chance, so that several pages do not knock at the same moment.
      timer = setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
    });
  }

  /** Stays away until `again`. */
  function pause() {
    const old = socket;
    socket = null;
    clearTimeout(timer);
    old?.close();
  }

  function again() {
    pause();
    waitMs = FIRST_WAIT_MS;
    connect();
  }

  const wake = () => {
    if (!document.hidden && pageToken() && socket && socket.readyState > WebSocket.OPEN) again();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  return { again, pause };
}
