// The mailbox: the list of mails, one of them shown, and live news. Where the demo has no mail, nothing happens.

import { get } from "./api.js";
import { fileLink } from "./bubbles.js";
import { byId, element, linked } from "./dom.js";
import { mailForm, offer, writeAnswer } from "./mail_form.js";
import { day, minute } from "./times.js";
import { toast } from "./toast.js";

const frame = document.querySelector(".frame");
const list = byId("mail-list");
const SEEN = "demo-mail-seen"; // browser storage: id of the newest mail that was listed while the mailbox was open

let mails = [];
let shown = 0; // id of the mail shown; 0: the form
let seen = recalled();
const fresh = new Set(); // ids of answers nobody has opened yet

export function mail() {
  if (!list) return;
  byId("to-mail").addEventListener("click", () => open(true));
  byId("to-chat").addEventListener("click", () => open(false));
  byId("mail-back").addEventListener("click", back);
  byId("mail-write").addEventListener("click", () => showForm());
  byId("mail-filter").addEventListener("change", draw);
  mailForm(() => {
    back();
    toast("已发送。稍等片刻，回信会出现在邮件列表中。");
  });
}

export async function loadMails() {
  if (!list) return;
  const told = await get("api/mail");
  mails = told.mails;
  offer(told.people);
  for (const one of mails) if (!one.to_office && one.id > seen) fresh.add(one.id);
  draw();
}

export async function mailArrived({ id, to_office: ours }) {
  if (!list) return;
  if (!ours) fresh.add(id);
  try {
    await loadMails();
  } catch (error) {
    toast(error.message);
  }
}

function open(mailbox) {
  if (mailbox) frame.dataset.view = "mail";
  else delete frame.dataset.view;
  byId("mails").hidden = !mailbox;
  byId("mail").hidden = !mailbox;
  draw();
  byId(mailbox ? "mail-write" : "text").focus();
}

function back() {
  delete frame.dataset.reading;
}

function showForm() {
  shown = 0;
  frame.dataset.reading = "";
  byId("mail-title").textContent = "写邮件";
  byId("mail-form").hidden = false;
  byId("mail-shown").hidden = true;
  draw();
  byId("mail-from").focus();
}

function draw() {
  const opened = frame.dataset.view === "mail";
  if (opened && mails.length) {
    seen = Math.max(seen, mails[0].id);
    remember();
  }
  byId("mail-new").hidden = opened || !mails.some((one) => fresh.has(one.id));
  const filter = byId("mail-filter");
  const addresses = [...new Set(mails.map((one) => one.address))].sort();
  const wished = addresses.includes(filter.value) ? filter.value : "";
  filter.replaceChildren(option("", "全部地址"), ...addresses.map((one) => option(one, one)));
  filter.value = wished;
  const focused = document.activeElement?.dataset.mail;
  const some = mails.filter((one) => !wished || one.address === wished);
  list.replaceChildren(...some.map(line));
  if (focused) list.querySelector(`[data-mail="${CSS.escape(focused)}"]`)?.focus();
  byId("mail-none").hidden = mails.length > 0;
  list.hidden = mails.length === 0;
}

const option = (value, text) => element("option", { value }, text);

function recalled() {
  try {
    return Number(localStorage.getItem(SEEN)) || 0;
  } catch {
    return 0;
  }
}

function remember() {
  try {
    localStorage.setItem(SEEN, String(seen));
  } catch {
    // Without storage the marks merely come back.
  }
}

function line(one) {
  const button = element(
    "button",
    { type: "button", className: "mail-line", "data-mail": String(one.id) },
    element("span", { className: "mail-who" }, one.to_office ? `${one.address} → 办公室` : `办公室 → ${one.address}`),
    element("span", { className: "mail-at" }, `${day(one.at)} ${minute(one.at)}`),
    element("span", { className: "mail-subject" }, one.subject),
  );
  if (one.id === shown) button.setAttribute("aria-current", "true");
  if (fresh.has(one.id)) {
    button.classList.add("unread");
    button.append(element("span", { className: "hidden-text" }, "未读"));
  }
  button.addEventListener("click", () => show(one.id));
  return element("li", {}, button);
}

async function show(id) {
  try {
    const one = await get(`api/mail/${id}`);
    shown = id;
    fresh.delete(id);
    frame.dataset.reading = "";
    byId("mail-title").textContent = one.subject;
    byId("mail-form").hidden = true;
    const box = byId("mail-shown");
    box.replaceChildren(...content(one));
    box.hidden = false;
    box.scrollTop = 0;
    draw();
    box.focus();
  } catch (error) {
    toast(error.message);
  }
}

function content(one) {
  const facts = [["发件人", one.from], ["收件人", one.to], ["时间", `${day(one.at)} ${minute(one.at)}`]];
  const files = one.files.map((file, number) => fileLink(`api/mail/${one.id}/files/${number}`, file.name, file.size));
  const raw = element("a", { href: `/demo/api/mail/${one.id}/raw`, download: `邮件${one.id}.eml` }, "下载原始邮件");
  const acts = [raw];
  if (!one.to_office) {
    const answer = element("button", { type: "button", className: "submit" }, "回复");
    answer.addEventListener("click", () => {
      showForm();
      writeAnswer(one);
    });
    acts.unshift(answer);
  }
  return [
    element("dl", {}, ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
    element("div", { className: "mail-text" }, ...linked(one.text || "（没有正文）")),
    element("div", { className: "mail-files" }, ...files),
    element("p", { className: "mail-acts" }, ...acts),
  ];
}
