// What a member has written and the server has not confirmed yet: sent one by one, in order.

import { newKey, post } from "./api.js";
import { pendingBubble } from "./bubbles.js";
import { toast } from "./toast.js";

export class Outbox {
  // `events`: lastId() of the chat; added(node); waiting() for an answer; settled(missing): no request is on its
  // way, and whether a text that was taken is not in the chat yet.
  constructor(member, events) {
    this.member = member;
    this.events = events;
    this.entries = [];
    this.running = false;
    this.known = 0; // messages up to this id are not ours, or confirmed already
  }

  get nodes() {
    return this.entries.filter((entry) => !entry.seen).map((entry) => entry.bubble.node);
  }

  add(texts) {
    this.known = Math.max(this.known, this.events.lastId());
    for (const text of texts) {
      const entry = { text, key: newKey(), seen: false };
      entry.bubble = pendingBubble(entry, () => this.send());
      this.entries.push(entry);
      this.events.added(entry.bubble.node);
    }
    this.send();
  }

  // The platform shows a text of the member: the first one like it here is no longer pending.
  confirm(message) {
    if (message.from !== "member" || message.type !== "text" || message.id <= this.known) return;
    const entry = this.entries.find((one) => !one.seen && one.text === message.text);
    if (!entry) return;
    this.known = message.id;
    entry.seen = true;
    entry.bubble.node.remove();
  }

  async send() {
    if (this.running) return;
    this.running = true;
    this.entries[0]?.bubble.sending();
    while (this.entries.length > 0) {
      this.events.waiting();
      if (!(await this.sendFirst(this.entries[0]))) break;
    }
    this.running = false;
  }

  async sendFirst(entry) {
    try {
      await post("api/say", { member: this.member, text: entry.text, key: entry.key });
    } catch (error) {
      toast(error.message);
      if (!error.reached) {
        for (const one of this.entries) one.bubble.failed();
        await this.events.settled(false);
        return false;
      }
    }
    this.entries.shift();
    entry.bubble.node.remove();
    await this.events.settled(!entry.seen);
    return true;
  }
}
