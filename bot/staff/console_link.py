"""登录: a one-time link to the console, for whoever has a role."""

from __future__ import annotations

from bot.model.message import Channel, ConsoleLinkOrder
from bot.ports import Draft
from bot.staff.console_words import asks_for_console
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.standing import log
from bot.work.carry_out import row_key


def console_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """Orders a link. Over WeCom only: who writes a mail cannot be known for certain."""
    if not asks_for_console(text):
        return None
    if ask.inbound.channel is not Channel.WECOM:
        return answer(ask.say("console_link_by_wecom"))
    order = ConsoleLinkOrder(ask.person.id)
    key = f"{row_key(ask.inbound)}#console"
    row = Draft(key, ask.inbound.channel, ask.person.id, ask.inbound.sender, order)
    ask.store.queue([row], ask.clerk.machine_now())
    log(ask, "console_link")
    return answer(ask.say("console_link_coming"))
