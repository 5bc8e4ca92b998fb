// What an inspector has entered on the on-site sheet and the server does not have yet: kept on this device. Loaded
// before sheet.js.
"use strict";

const sheet = document.getElementById("sheet");
const address = sheet.dataset.address;
const store = `sheet:${sheet.dataset.sheet}:${sheet.dataset.person}`; // never sent for anybody else
const WIDEST = 1600; // pixels of a picture's longer side

// What waits: [{row, shots: [ids of pictures], words, tried, problem}]

function waiting() {
  try { return JSON.parse(localStorage.getItem(store) || "[]"); } catch { return []; }
}

function keep(list) {
  if (list.length) localStorage.setItem(store, JSON.stringify(list));
  else localStorage.removeItem(store);
}

function change(id, alter) {
  keep(waiting().map((one) => (one.row.id === id ? alter(one) : one)).filter(Boolean));
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// Pictures: too large for localStorage.

function pictures(mode, run) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("sheet-photos", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const turn = database.transaction("photos", mode);
      const asked = run(turn.objectStore("photos"));
      turn.oncomplete = () => { database.close(); resolve(asked.result); };
      turn.onerror = turn.onabort = () => { database.close(); reject(turn.error); };
    };
  });
}
const putPicture = (id, buffer) => pictures("readwrite", (all) => all.put(buffer, id));
const getPicture = (id) => pictures("readonly", (all) => all.get(id));
const dropPicture = (id) => pictures("readwrite", (all) => all.delete(id));

async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, WIDEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.82); });
  if (!blob) throw new Error("no picture");
  return blob;
}
