// The form to write to the office: sender, text, files; a dropped .eml is sent as it is.

import { ApiError, post } from "./api.js";
import { readable } from "./bubbles.js";
import { byId, element } from "./dom.js";
import { toast } from "./toast.js";

let files = []; // {name, size, file} or {name, sample}
let answers = ""; // message id of the mail that is being answered
let busy = false;

// `sent()` is called once the server has taken the mail.
export function mailForm(sent) {
  byId("mail-add").addEventListener("click", () => byId("mail-files").click());
  byId("mail-files").addEventListener("change", (event) => {
    add(event.target.files);
    event.target.value = "";
  });
  byId("mail-sample").addEventListener("click", () => {
    if (!files.some((one) => one.sample)) files.push({ name: "申报报告（示例）.pptx", sample: true });
    draw();
  });
  drops(byId("mail"));
  byId("mail-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      await send();
      clear();
      sent();
    } catch (error) {
      toast(error.message);
    } finally {
      setBusy(false);
    }
  });
}

// Whom the mail may come from: names with their addresses.
export function offer(people) {
  const options = people.map(({ name, address }) => element("option", { value: address }, name));
  byId("mail-people").replaceChildren(...options);
  if (!byId("mail-from").value && people.length) byId("mail-from").value = people[0].address;
}

export function writeAnswer(mail) {
  clear();
  answers = mail.message_id;
  byId("mail-from").value = mail.address;
  byId("mail-subject").value = mail.subject.startsWith("回复：") ? mail.subject : `回复：${mail.subject}`;
  const quoted = mail.text.trim().split("\n").map((line) => `> ${line}`).join("\n");
  byId("mail-text").value = `\n\n---- 回复的原邮件 ----\n${quoted}\n`;
  byId("mail-text").focus();
  byId("mail-text").setSelectionRange(0, 0);
}

function clear() {
  answers = "";
  files = [];
  byId("mail-subject").value = "";
  byId("mail-text").value = "";
  byId("mail-forged").checked = false;
  draw();
}

function setBusy(now) {
  busy = now;
  byId("mail-send").disabled = now;
  byId("mail-send").textContent = now ? "正在发送…" : "发送";
}

function drops(box) {
  const zone = byId("mail-drop");
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  box.addEventListener("dragleave", () => zone.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!byId("mail-form").hidden) add(event.dataTransfer.files);
  });
}

function add(chosen) {
  for (const file of chosen) files.push({ name: file.name, size: file.size, file });
  draw();
}

const isMail = (one) => /\.eml$/i.test(one.name);

function draw() {
  byId("mail-enclosed").replaceChildren(...files.map((one) => {
    const remove = element("button", { type: "button", "aria-label": `移除 ${one.name}` }, "移除");
    remove.addEventListener("click", () => {
      files = files.filter((other) => other !== one);
      draw();
    });
    const size = one.sample ? "" : ` · ${readable(one.size)}`;
    const note = isMail(one) ? "（原样发出整封邮件）" : "";
    return element("li", {}, element("span", {}, `${one.name}${size}${note}`), remove);
  }));
}

// A mail that was dropped goes out alone and as it is; everything else together in one mail.
async function send() {
  const from = byId("mail-from").value.trim();
  const forged = byId("mail-forged").checked;
  const whole = files.filter(isMail);
  for (const one of whole) {
    const { id } = await upload(one);
    await post("api/mail", { eml: id, forged });
    files = files.filter((other) => other !== one);
    draw();
  }
  const subject = byId("mail-subject").value;
  const text = byId("mail-text").value;
  if (whole.length && !files.length && !subject.trim() && !text.trim()) return;
  const ids = [];
  for (const one of files) if (!one.sample) ids.push((await upload(one)).id);
  await post("api/mail", { from, subject, text, files: ids, sample: files.some((one) => one.sample), forged, answers });
}

async function upload({ name, file }) {
  let response;
  let answer;
  try {
    response = await fetch(`/demo/api/mail/files?name=${encodeURIComponent(name)}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
    answer = await response.json();
  } catch {
    throw new ApiError(`“${name}”没有传完，请重试。`, false);
  }
  if (!response.ok) throw new ApiError(answer.error?.message ?? "出错了，请刷新页面后重试。", true);
  return answer;
}
