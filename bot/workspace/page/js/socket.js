// Keeps one WebSocket open, reconnects with growing pauses, and says when what was missed must be reloaded.

import { emit, state } from "./store.js";

const FIRST_PAUSE = 400; // ms
const LONGEST_PAUSE = 15000;

let socket = null;
let pause = FIRST_PAUSE;
let timer = null;
let seenOnce = false;

function setOnline(online) {
  if (state.online === online) return;
  state.online = online;
  emit("online", online);
}

function retry() {
  clearTimeout(timer);
  timer = setTimeout(connect, pause + Math.random() * 200);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

/** Settles when the server has said hello, or cannot be reached: what it tells from then on is heard. */
export function connect() {
  clearTimeout(timer);
  if (socket) {
    socket.onclose = null;
    socket.close();
  }
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}/page/ws?user=${encodeURIComponent(state.me)}`);
  socket = mine;
  const greeted = new Promise((settle) => {
    for (const type of ["message", "close"]) mine.addEventListener(type, () => settle(), { once: true });
  });
  mine.onopen = () => {
    pause = FIRST_PAUSE;
    setOnline(true);
    if (seenOnce) emit("reconnected");
    seenOnce = true;
  };
  mine.onmessage = (event) => {
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return;
    }
    emit("event", data);
    if (data.type) emit(`event:${data.type}`, data);
  };
  mine.onclose = () => {
    if (socket !== mine) return;
    setOnline(false);
    retry();
  };
  mine.onerror = () => mine.close();
  return greeted;
}

window.addEventListener("online", () => {
  pause = FIRST_PAUSE;
  if (!state.online) connect();
});
