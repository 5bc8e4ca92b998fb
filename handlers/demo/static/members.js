// The list of members: who is shown, who has unread messages, and new ones.

import { post } from "./api.js";
import { summary } from "./bubbles.js";
import { byId, element } from "./dom.js";
import { minute } from "./times.js";
import { toast } from "./toast.js";

const list = byId("members");
const SEEN = "demo-seen"; // browser storage: member → id of the last message read

export function showMembers(members, current, choose) {
  const focused = document.activeElement?.dataset.member;
  list.replaceChildren(...members.map((member) => line(member, member.id === current, choose)));
  if (focused) list.querySelector(`[data-member="${CSS.escape(focused)}"]`)?.focus();
}

function line(member, chosen, choose) {
  const avatar = element("span", { className: "avatar", "aria-hidden": "true" }, initials(member.name));
  if (/^#[0-9a-f]{6}$/i.test(member.colour)) avatar.style.backgroundColor = member.colour;
  const unread = !chosen && isUnread(member);
  const said = member.last ? summary(member.last).replace(/\s+/g, " ").slice(0, 60) : "还没有消息";
  const button = element(
    "button",
    { type: "button", className: "member", "data-member": member.id },
    avatar,
    element(
      "span",
      { className: "member-text" },
      element("span", { className: "member-name" }, member.name),
      element("span", { className: "member-time" }, member.last ? minute(member.last.at) : ""),
      element("span", { className: "member-unit" }, member.unit),
      element("span", { className: "member-last" }, said),
    ),
  );
  if (chosen) button.setAttribute("aria-current", "true");
  if (unread) {
    button.classList.add("unread");
    button.append(element("span", { className: "hidden-text" }, "有未读消息"));
  }
  button.addEventListener("click", () => choose(member.id));
  return element("li", {}, button);
}

// The given name of a Chinese name, or the first two characters of any other.
function initials(name) {
  const characters = [...name.trim()];
  const chinese = characters.length > 2 && characters.every((one) => /\p{Script=Han}/u.test(one));
  return (chinese ? characters.slice(-2) : characters.slice(0, 2)).join("");
}

function seen() {
  try {
    return JSON.parse(localStorage.getItem(SEEN)) ?? {};
  } catch {
    return {};
  }
}

const isUnread = ({ id, last }) => last?.from === "app" && last.id !== seen()[id];

export function markRead({ id, last }) {
  if (!last) return;
  try {
    localStorage.setItem(SEEN, JSON.stringify({ ...seen(), [id]: last.id }));
  } catch {
    // Without storage the dots merely come back.
  }
}

// `added(member)` is called once a new member has joined.
export function newMembers(added) {
  const dialog = byId("new-member");
  const name = byId("new-member-name");
  const form = byId("new-member-form");
  let busy = false;
  byId("add-member").addEventListener("click", () => {
    form.reset();
    dialog.showModal();
    name.focus();
  });
  byId("new-member-cancel").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    try {
      const { member } = await post("api/members", { name: name.value });
      dialog.close();
      await added(member);
    } catch (error) {
      dialog.close(); // a modal dialog would cover the notice
      toast(error.message);
    } finally {
      busy = false;
    }
  });
}
