// One message as it stands in the chat.

import { element, linked } from "./dom.js";
import { day, minute } from "./times.js";

const GAP = 5 * 60 * 1000;
const KINDS = { image: "图片", voice: "语音", video: "视频", location: "位置", link: "链接", file: "文件" };

export function summary(message) {
  if (message.type === "text") return message.text;
  if (message.type === "card") return message.card.title;
  if (message.file) return `[文件] ${message.file.name}`;
  return `[${KINDS[message.type] ?? "消息"}] ${message.text}`.trim();
}

// A time above a message that comes first, or some minutes after the one before.
export function separator(previous, message) {
  if (previous && Math.abs(Date.parse(message.at) - Date.parse(previous.at)) < GAP) return null;
  return element("p", { className: "time" }, `${day(message.at)} ${minute(message.at)}`);
}

// `press(task, button)` is called for a button of a card.
export function bubble(message, press) {
  const mine = message.from === "member";
  return element(
    "div",
    { className: `message ${mine ? "mine" : "theirs"}`, "data-id": message.id },
    element("span", { className: "hidden-text" }, mine ? "我：" : "评选助手："),
    content(message, press),
  );
}

function content(message, press) {
  if (message.type === "card") return card(message.card, press);
  if (message.file) return file(message.file);
  if (message.type === "text") return element("div", { className: "bubble" }, ...linked(message.text));
  const kind = KINDS[message.type] ?? "消息";
  return element("div", { className: "bubble attachment" }, element("b", {}, kind), ` ${message.text}`);
}

export function pendingBubble(entry, again) {
  const retry = element("button", { type: "button", className: "again" }, "重发");
  retry.addEventListener("click", again);
  const text = element("div", { className: "bubble" }, entry.text);
  const made = element(
    "div",
    { className: "message mine pending" },
    element("span", { className: "state", "aria-label": "正在发送" }),
    text,
  );
  return {
    node: made,
    failed() {
      made.classList.add("failed");
      made.firstChild.replaceChildren(retry);
      made.firstChild.setAttribute("aria-label", "未发送");
    },
    sending() {
      made.classList.remove("failed");
      made.firstChild.replaceChildren();
      made.firstChild.setAttribute("aria-label", "正在发送");
    },
  };
}

function card(data, press) {
  const buttons = element("div", { className: "card-buttons" });
  const made = element(
    "div",
    { className: "bubble card", role: "group", "aria-label": data.title },
    element("strong", {}, data.title),
    ...(data.text ? [element("p", {}, data.text)] : []),
    buttons,
  );
  if (data.replaced !== null) {
    buttons.append(element("button", { type: "button", disabled: true }, data.replaced));
    return made;
  }
  for (const { key, text } of data.buttons) {
    const button = element("button", { type: "button" }, text);
    button.addEventListener("click", async () => {
      const all = [...buttons.children];
      for (const one of all) one.disabled = true;
      if (!(await press(data.task, key))) for (const one of all) one.disabled = false;
    });
    buttons.append(button);
  }
  return made;
}

const file = ({ media_id: id, name, size }) => fileLink(`api/files/${encodeURIComponent(id)}`, name, size);

// A file to download; `path` below /demo/.
export function fileLink(path, name, size) {
  const ending = name.includes(".") ? name.split(".").pop().toLowerCase() : "";
  const letter = { docx: "W", doc: "W", pptx: "P", ppt: "P", xlsx: "X", xls: "X", pdf: "PDF" }[ending] ?? "文";
  return element(
    "a",
    { className: "bubble file", href: `/demo/${path}`, download: name },
    element("span", { className: `file-icon ${/^[a-z]+$/.test(ending) ? ending : ""}`, "aria-hidden": "true" }, letter),
    element("span", { className: "file-name" }, name, element("span", { className: "file-size" }, `${readable(size)} · 下载`)),
  );
}

export function readable(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
