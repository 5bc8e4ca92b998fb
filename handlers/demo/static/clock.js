// The campaign clock: it runs here between two answers of the server, and can be put forward.

import { get, post } from "./api.js";
import { byId } from "./dom.js";
import { day, isoIn, longDay, minute, second, zoneOf } from "./times.js";
import { toast } from "./toast.js";

const HOUR = 3600 * 1000;
const field = byId("clock-field");
const moves = [...document.querySelectorAll("[data-move]")];

let told = null; // {now, closes, zone, at}: the server's answer and when it came, in milliseconds
let busy = false;

const now = () => told.now + performance.now() - told.at;

function targets() {
  return { hour: now() + HOUR, day: now() + 24 * HOUR, before: told.closes - HOUR, after: told.closes + 60000 };
}

// The clock as the server tells it.
export function takeClock(answer) {
  told = {
    now: Date.parse(answer.now),
    closes: Date.parse(answer.closes),
    zone: zoneOf(answer.closes),
    at: performance.now(),
  };
  field.min = isoIn(told.zone, told.now).slice(0, 16);
  if (!field.value || field.value < field.min) field.value = isoIn(told.zone, told.now + HOUR).slice(0, 16);
  draw();
}

function draw() {
  if (!told) return;
  const shown = isoIn(told.zone, now());
  byId("clock-date").textContent = longDay(shown);
  byId("clock-time").textContent = second(shown);
  byId("clock-short").textContent = `${day(shown)} ${minute(shown)}`;
  byId("clock-left").textContent = left(told.closes - now());
  for (const button of moves) button.disabled = busy || targets()[button.dataset.move] <= now();
}

function left(milliseconds) {
  if (milliseconds <= 0) return "已过截止时间";
  const minutes = Math.ceil(milliseconds / 60000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  return `距截止还有 ${days ? `${days}天` : ""}${days || hours ? `${hours}小时` : ""}${days ? "" : `${minutes % 60}分`}`;
}

async function move(to) {
  if (busy) return;
  busy = true;
  draw();
  try {
    takeClock(await post("clock", { now: to }));
    toast(`活动时间已到 ${byId("clock-short").textContent}`);
  } catch (error) {
    toast(error.message);
  } finally {
    busy = false;
    draw();
  }
}

export async function readClock() {
  takeClock(await get("clock"));
}

export function clock() {
  for (const button of moves) {
    button.addEventListener("click", () => move(isoIn(told.zone, targets()[button.dataset.move])));
  }
  byId("clock-form").addEventListener("submit", (event) => {
    event.preventDefault();
    move(`${field.value}${told.zone}`);
  });
  setInterval(draw, 1000);
}
