// Puts the page together: one list of members, one chat shown, everything fed by one event stream.

import { get, newKey, post } from "./api.js";
import { clock, readClock, takeClock } from "./clock.js";
import { composer, fill, typed } from "./composer.js";
import { byId } from "./dom.js";
import { loadMails, mail, mailArrived } from "./mail.js";
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
let refreshes = 0;
let meanwhile = []; // messages of the member shown, since the last refresh began
const outboxes = new Map();
const entered = new Set(); // members who have opened the chat
const drafts = new Map(); // member → what was typed and not sent
const waiting = new Map(); // member → timer, while an answer is expected

const member = (id) => members.find((one) => one.id === id);

function outbox(id) {
  if (!outboxes.has(id)) {
    outboxes.set(id, new Outbox(id, {
      lastId: () => member(id)?.last?.id ?? 0,
      added: (node) => { if (id === current) addPending(node); },
      waiting: () => expect(id),
      settled: async (missing) => {
        expectSoon(id);
        if (missing) await refresh(id);
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

// Fetch the chat anew. What the stream brings while the answer is under way may be missing in it.
async function refresh(id) {
  if (id !== current) return;
  const turn = ++refreshes;
  meanwhile = [];
  try {
    const { messages } = await get(`api/messages?member=${encodeURIComponent(id)}`);
    if (turn !== refreshes) return; // a later one is under way
    for (const message of messages) outbox(id).confirm(message);
    showAll(messages, outbox(id).nodes, (task, button) => act("api/click", { task, button }));
    for (const message of meanwhile) show(message);
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
  document.querySelector(".member[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!member(id) || member(id).last || entered.has(id)) return;
  entered.add(id);
  await act("api/enter", {});
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
  outbox(id).confirm(message);
  if (!one.last || message.id >= one.last.id) one.last = message;
  if (id === current) {
    meanwhile.push(message);
    show(message);
  }
  drawMembers();
}

// The stream brings what is new from its opening on; what was before is fetched after it is open.
// It follows the members there are when it opens, so it is opened anew when somebody joins.
function follow() {
  stream?.close();
  stream = new EventSource("/demo/api/events");
  stream.addEventListener("message", receive);
  stream.addEventListener("members", follow);
  stream.addEventListener("clock", (event) => takeClock(JSON.parse(event.data)));
  stream.addEventListener("mail", (event) => mailArrived(JSON.parse(event.data)));
  stream.addEventListener("open", () => load().catch((error) => toast(error.message)));
  stream.addEventListener("error", () => byId("log").setAttribute("data-offline", ""));
}

async function load() {
  const [list, menu] = await Promise.all([get("api/members"), get("api/menu"), readClock(), loadMails()]);
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
  if (!member(added.id)) members.push(added);
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
mail();
follow();
