// Puts the page together: one list of members, one chat shown, everything fed by one event stream.

import { get, newKey, post } from "./api.js";
import { clock, readClock } from "./clock.js";
import { composer, fill, typed } from "./composer.js";
import { byId } from "./dom.js";
import { addPending, setTyping, show, showAll } from "./log.js";
import { markRead, newMembers, showMembers } from "./members.js";
import { showMenu } from "./menu.js";
import { Outbox } from "./outbox.js";
import { closePanel, panels } from "./panel.js";
import { toast } from "./toast.js";

const PATIENCE = 6000; // how long an answer is expected after the app has taken a message, in milliseconds

let members = [];
let current = ""; // the member shown
let stream = null;
const outboxes = new Map();
const drafts = new Map(); // member → what was typed and not sent
const waiting = new Map(); // member → timer, while an answer is expected

const member = (id) => members.find((one) => one.id === id);

function outbox(id) {
  if (!outboxes.has(id)) {
    outboxes.set(id, new Outbox(id, {
      added: (node) => { if (id === current) addPending(node); },
      waiting: () => expect(id),
      settled: async (shown) => {
        expectSoon(id);
        if (!shown) await refresh(id);
      },
    }));
  }
  return outboxes.get(id);
}

// "正在输入…": from sending until the app says something, or has been silent for a while.
function expect(id) {
  clearTimeout(waiting.get(id));
  waiting.set(id, 0);
  if (id === current) setTyping(true);
}

function expectSoon(id) {
  if (!waiting.has(id)) return;
  clearTimeout(waiting.get(id));
  waiting.set(id, setTimeout(() => expectNothing(id), PATIENCE));
}

function expectNothing(id) {
  clearTimeout(waiting.get(id));
  waiting.delete(id);
  if (id === current) setTyping(false);
}

function drawMembers() {
  if (member(current)) markRead(member(current));
  showMembers(members, current, choose);
}

async function refresh(id) {
  if (id !== current) return;
  try {
    const { messages } = await get(`api/messages?member=${encodeURIComponent(id)}`);
    if (id !== current) return;
    for (const message of messages) if (message.from === "member") outbox(id).confirm(message.text);
    showAll(messages, outbox(id).nodes, (task, button) => act("api/click", { task, button }));
    setTyping(waiting.has(id));
  } catch (error) {
    toast(error.message);
  }
}

async function choose(id) {
  if (id !== current) {
    drafts.set(current, typed());
    current = id;
    fill(drafts.get(id) ?? "");
    setTyping(false);
    history.replaceState(null, "", `#${encodeURIComponent(id)}`);
  }
  drawMembers();
  await refresh(id);
  if (member(id) && !member(id).last) await act("api/enter", {});
  document.querySelector(".member[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// Anything the member does but writing; whether the app took it.
async function act(path, fields) {
  const id = current;
  expect(id);
  try {
    await post(path, { member: id, key: newKey(), ...fields });
    expectSoon(id);
    return true;
  } catch (error) {
    expectNothing(id);
    toast(error.message);
    return false;
  }
}

function receive(event) {
  const { member: id, message } = JSON.parse(event.data);
  const one = member(id);
  if (!one) return;
  if (message.from === "app") expectNothing(id);
  else outbox(id).confirm(message.text);
  if (!one.last || message.id >= one.last.id) one.last = message;
  if (id === current) show(message);
  drawMembers();
}

// The stream brings what is new from its opening on; what was before is fetched after it is open.
function follow() {
  stream?.close();
  stream = new EventSource("/demo/api/events");
  stream.addEventListener("message", receive);
  stream.addEventListener("open", () => load().catch((error) => toast(error.message)));
  stream.addEventListener("error", () => byId("log").setAttribute("data-offline", ""));
}

async function load() {
  const [list, menu] = await Promise.all([get("api/members"), get("api/menu"), readClock()]);
  members = list.members;
  showMenu(menu.buttons, (item) => act("api/press", { item }));
  byId("log").removeAttribute("data-offline");
  const wished = [current, decodeURIComponent(location.hash.slice(1)), members[0]?.id].find(member);
  if (wished) await choose(wished);
}

composer(
  (texts) => outbox(current).add(texts),
  (kind) => act("api/send", { kind }),
);
newMembers(async (added) => {
  members.push(added);
  follow(); // the stream follows the members there were when it was opened
  await choose(added.id);
});
byId("hints").addEventListener("click", (event) => {
  if (event.target.tagName !== "BUTTON") return;
  fill(event.target.textContent);
  closePanel();
  byId("text").focus();
});
clock();
panels();
follow();
