// The on-site sheet: what is entered goes into the store of sheet_store.js and from there to the server, with or
// without a network.
"use strict";

const BATCH = 50;
const AHEAD = 1000 * Number(document.getElementById("sheet").dataset.ahead); // ms, campaign clock less machine's
const EVERY = 20000; // ms between looks at what others have entered

document.addEventListener("change", async (event) => {
  const field = event.target;
  if (!field.matches?.("[data-photos]")) return;
  const form = field.closest("form");
  const list = form.querySelector("[data-shots]");
  for (const file of [...field.files]) {
    try {
      const blob = await smaller(file);
      const id = newId();
      await putPicture(id, await blob.arrayBuffer());
      const shown = document.createElement("button");
      shown.type = "button";
      shown.className = "shot";
      shown.dataset.shot = id;
      shown.setAttribute("aria-label", "删除这张照片");
      const image = document.createElement("img");
      image.alt = "待上传的照片";
      image.src = URL.createObjectURL(blob);
      shown.append(image);
      list.append(shown);
      form.dataset.dirty = "";
    } catch {
      tell(form, "这张照片打不开，请换一张JPG或PNG照片。");
    }
  }
  field.value = "";
});

// Forms

function tell(form, problem) {
  const place = form.querySelector("[data-problem]");
  place.textContent = problem;
  place.hidden = !problem;
}

const numbers = (text) => text.split(/[^0-9.\-]+/).filter(Boolean).map(Number);

function rowOf(form) {
  const row = { id: newId(), kind: form.dataset.kind, noted_at: new Date(Date.now() + AHEAD).toISOString() };
  if (form.dataset.item) row.item = form.dataset.item;
  if (form.dataset.kind === "settled") row.rule = form.dataset.rule || "";
  else if (form.dataset.rule) row.rule = form.dataset.rule;
  if (form.dataset.entry) row.entry = form.dataset.entry;
  for (const field of form.elements) {
    const name = field.name;
    if (!name) continue;
    switch (field.dataset.as) {
      case "number": row[name] = Number(field.value); break;
      case "numbers": row[name] = numbers(field.value); break;
      case "words": row[name] = field.value.split(" ").filter(Boolean); break;
      case "flag": if (field.checked) row[name] = field.value === "yes"; break;
      case "list": row[name] = row[name] || []; if (field.checked) row[name].push(field.value); break;
      default: row[name] = field.value.trim();
    }
  }
  return row;
}

function wordsOf(form, row) {
  if (row.kind === "finding") return `${form.dataset.words}：${row.count}${row.verified === false && "verified" in row ? "（待核实）" : ""}`;
  if (row.kind === "tested") return `测试成绩：${row.scores.length}人`;
  if (row.kind === "bonus") return `加${row.points}分`;
  return form.dataset.words;
}

function enter(form) {
  tell(form, "");
  const wrong = [...form.elements].find((field) => !field.checkValidity());
  if (wrong) { wrong.reportValidity(); return; }
  const row = rowOf(form);
  const shots = [...form.querySelectorAll("[data-shot]")].map((one) => one.dataset.shot);
  if (row.kind === "finding" && !row.evidence && !shots.length) {
    tell(form, "凭什么材料？请拍照，或写明档案号、文件名等依据。");
    return;
  }
  if (row.kind === "settled" && !row.counted?.length) {
    tell(form, "请先选择计入的记录。");
    return;
  }
  if (shots.length) row.photos = [];
  try {
    keep([...waiting(), { row, shots, words: wordsOf(form, row), tried: false, problem: "" }]);
  } catch {
    tell(form, "这台设备的存储空间已满，没有记下。请清理后再试。");
    return;
  }
  for (const image of form.querySelectorAll("[data-shot] img")) URL.revokeObjectURL(image.src);
  form.reset();
  form.querySelector("[data-shots]")?.replaceChildren();
  delete form.dataset.dirty;
  preview(form);
  form.closest("details")?.removeAttribute("open");
  show();
  document.querySelector(`[data-row="${row.id}"]`)?.scrollIntoView({ block: "nearest" });
  send();
}

function preview(form) {
  const place = form.querySelector("[data-preview]");
  if (!place) return;
  if (form.dataset.kind === "tested") {
    const all = numbers(form.elements.scores.value);
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
    place.textContent = all.length ? `${all.length}人，平均${Math.round(mean * 100) / 100}分` : "";
    return;
  }
  const count = form.hasAttribute("data-whole") ? 1 : Number(form.elements.count.value);
  if (form.elements.count && !form.elements.count.checkValidity()) {
    place.textContent = "数量请填1至999的整数。";
    return;
  }
  const left = Number(form.dataset.left);
  const cost = count * Number(form.dataset.points);
  const waits = [...form.querySelectorAll("[name=verified]")].some((one) => one.checked && !one.value);
  const after = Math.max(0, left - cost);
  place.textContent = waits
    ? `待核实，暂不扣分；核实后扣${cost}`
    : `扣${cost}，得${Math.round(after * 100) / 100}/${form.dataset.maximum}${after === 0 ? "（已扣完）" : ""}`;
}

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    const field = step.parentElement.querySelector("input");
    field.value = Math.min(999, Math.max(1, Number(field.value) + Number(step.dataset.step)));
    preview(step.closest("form"));
  }
  const button = event.target.closest("[data-enter]");
  if (button) enter(button.closest("form"));
  const shot = event.target.closest("[data-shot]");
  if (shot) { dropPicture(shot.dataset.shot); shot.remove(); }
  const drop = event.target.closest("[data-drop]");
  if (drop) {
    change(drop.dataset.drop, (one) => { one.shots.forEach(dropPicture); return null; });
    show();
  }
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form.entry")) { event.preventDefault(); enter(event.target); }
  if (event.target.matches("[data-sign]") && waiting().length) {
    event.preventDefault();
    event.stopImmediatePropagation();
    window.alert("还有记录没有上传，请等上传完再签字。");
  }
}, true);
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.closest("#sheet")) return;
  form.dataset.dirty = "";
  if (form.matches("form.entry")) preview(form);
});

// What waits, and how it stands

let state = ""; // why nothing can be sent now

function show() {
  const list = waiting();
  for (const place of document.querySelectorAll("[data-pending]")) {
    const here = list.filter((one) => placeOf(one) === place);
    place.replaceChildren(...here.map(line));
  }
  for (const badge of document.querySelectorAll("[data-waits]")) {
    const count = list.filter((one) => one.row.item === badge.dataset.waits).length;
    badge.textContent = count ? `待上传${count}` : "";
  }
  const status = document.querySelector("[data-sync]");
  if (!status) return;
  const refused = list.filter((one) => one.problem).length;
  const words = [];
  if (list.length > refused) words.push(`待上传${list.length - refused}条`);
  if (refused) words.push(`${refused}条没有记入，请查看`);
  if (!navigator.onLine && !state) words.push("没有网络，已存在本机");
  if (state) words.push(state);
  const told = words.join("，") || "已保存";
  if (status.textContent !== told) status.textContent = told;
  status.classList.toggle("sync-wait", Boolean(words.length));
}

function placeOf(one) {
  const item = one.row.item;
  const beside = one.row.entry && document.getElementById(`entry-${one.row.entry}`)?.closest(".item-body");
  return (item && document.querySelector(`[data-pending="${CSS.escape(item)}"]`))
    || beside?.querySelector("[data-pending]")
    || document.querySelector('[data-pending=""]');
}

function line(one) {
  const shown = document.createElement("li");
  shown.className = `made ${one.problem ? "refused" : "unsent"}`;
  shown.dataset.row = one.row.id;
  const said = document.createElement("div");
  said.className = "said";
  const words = document.createElement("span");
  words.textContent = one.words;
  const badge = document.createElement("span");
  badge.className = `badge ${one.problem ? "tone-bad" : "tone-wait"}`;
  badge.textContent = one.problem ? "没有记入" : "待上传";
  said.append(words, " ", badge);
  shown.append(said);
  const texts = [one.row.evidence || one.row.reason, one.problem];
  if (one.shots.length) texts.push(`照片${one.shots.length}张`);
  for (const text of texts.filter(Boolean)) {
    const more = document.createElement("div");
    more.textContent = text;
    shown.append(more);
  }
  if (one.problem || !one.tried) {
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "btn btn-sm";
    drop.dataset.drop = one.row.id;
    drop.textContent = one.problem ? "知道了，从本机删除" : "删除";
    shown.append(drop);
  }
  return shown;
}

// Sending

class Away extends Error {}

async function post(path, body, type) {
  const headers = { "X-CSRF-Token": document.body.dataset.csrf, "Content-Type": type };
  let answer;
  try {
    answer = await fetch(address + path, { method: "POST", body, headers, redirect: "manual" });
  } catch {
    throw new Away("连不上服务器，稍后自动重试");
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new Away("登录已过期，请刷新页面重新登录，记录仍在本机");
  if (answer.status === 404) throw new Away("这份评分表已不在您的工作范围内");
  if (answer.status >= 500 || answer.status === 413) throw new Away("服务器暂时没有收下，稍后自动重试");
  return { status: answer.status, said: await answer.json() };
}

async function sendPictures(one) {
  for (const id of one.shots) {
    const buffer = await getPicture(id);
    if (buffer) {
      const { status, said } = await post("/photos", buffer, "image/jpeg");
      if (status !== 200) { change(one.row.id, (kept) => ({ ...kept, problem: said.problem })); return false; }
      change(one.row.id, (kept) => ({
        ...kept,
        row: { ...kept.row, photos: [...kept.row.photos, said.sha256] },
        shots: kept.shots.filter((shot) => shot !== id),
      }));
      await dropPicture(id);
    } else {
      change(one.row.id, (kept) => ({ ...kept, problem: "照片在本机已找不到，请重新拍照填写。" }));
      return false;
    }
  }
  return true;
}

async function sendAll() {
  for (const one of waiting().filter((each) => !each.problem && each.shots.length)) await sendPictures(one);
  for (;;) {
    const batch = waiting().filter((one) => !one.problem && !one.shots.length).slice(0, BATCH);
    if (!batch.length) return;
    for (const one of batch) change(one.row.id, (kept) => ({ ...kept, tried: true }));
    const body = JSON.stringify({ entries: batch.map((one) => one.row) });
    const { status, said } = await post("/entries", body, "application/json");
    if (status !== 200) throw new Away(said.problem);
    const fates = new Map(said.results.map((one) => [one.id, one]));
    for (const one of batch) {
      const fate = fates.get(one.row.id);
      if (!fate) throw new Away("服务器没有认出这些记录，请刷新页面");
      change(one.row.id, (kept) => (fate.fate === "refused" ? { ...kept, problem: fate.problem } : null));
    }
  }
}

let sending = false;
async function send() {
  if (sending) return;
  sending = true;
  let away = false;
  try {
    const had = waiting().some((one) => !one.problem);
    if (had) await sendAll();
    state = "";
    if (had) await refresh();
  } catch (why) {
    if (!(why instanceof Away)) throw why;
    away = true;
    state = navigator.onLine ? why.message : "";
  } finally {
    sending = false;
    show();
  }
  if (!away && waiting().some((one) => !one.problem)) send();
}

// The sheet as the server has it, without touching what is being typed

async function refresh() {
  let answer;
  try { answer = await fetch(address, { redirect: "manual" }); } catch { return; }
  if (answer.status !== 200) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const other = fresh.getElementById("sheet");
  if (!other) return;
  const busy = (place) => place.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
  if (other.dataset.may !== sheet.dataset.may && !document.querySelector("form[data-dirty]")) {
    location.assign(address);
    return;
  }
  for (const part of sheet.querySelectorAll("[data-part]")) {
    const now = other.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (!now || now.innerHTML === part.dataset.was || busy(part) || part.querySelector("form[data-dirty]")) continue;
    const open = new Set([...part.querySelectorAll("details[open][data-key]")].map((one) => one.dataset.key));
    const was = now.innerHTML;
    part.replaceChildren(...[...now.childNodes].map((node) => document.importNode(node, true)));
    for (const one of part.querySelectorAll("details[data-key]")) if (open.has(one.dataset.key)) one.open = true;
    part.dataset.was = was;
  }
  for (const form of sheet.querySelectorAll("form.entry[data-item]")) {
    const now = other.querySelector(`form.entry[data-item="${CSS.escape(form.dataset.item)}"][data-left]`);
    if (now) form.dataset.left = now.dataset.left;
    preview(form);
  }
  show();
}

window.addEventListener("online", () => { state = ""; show(); send(); });
window.addEventListener("offline", show);
window.addEventListener("beforeunload", (event) => {
  if (!navigator.onLine && waiting().length) event.preventDefault();
});
window.setInterval(() => {
  if (document.hidden) return;
  if (waiting().some((one) => !one.problem)) send();
  else if (navigator.onLine) refresh();
}, EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });

for (const form of document.querySelectorAll("form.entry")) preview(form);
show();
if (document.querySelector("[data-sync]")) send();
