"""The office decides what the notice leaves open (待明确事项): from then on the answer is cited, and nothing waits."""

from __future__ import annotations

from bot.knowledge.approved import current
from bot.model.answers import ApprovedAnswer
from bot.model.application import AuditEntry
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.work.approve import AnswerRefused, Decision, correct, decide


def decide_point(ask: StaffAsk, point: str, text: str, seen: int | None = None) -> ApprovedAnswer:
    """Let this be the answer to an open point, in place of an earlier one. The office's alone.

    `seen` is the version of the answer that the person was shown, 0 for none. `Refused` where the text cannot be
    used, where there is no such point, and where somebody else has decided meanwhile.
    """
    office_only(ask)
    campaign, store = ask.clerk.campaign, ask.store
    asked = next((one.question for one in campaign.open_points if one.id == point), None)
    if asked is None:
        raise Refused(ask.say("edit_no_place", path=point[:80]))
    before = next((one for one in current(store.answer_versions()) if one.open_point == point), None)
    if before is not None and before.text == text.strip():
        return before
    if seen is not None and seen != (before.version if before else 0):
        raise Refused(ask.say("point_meanwhile"))
    decision = Decision(ask.person.name or ask.person.label, ask.today, text, None, None, None, point)
    try:
        if before is not None:
            kept = correct(store, campaign, before.number, decision, ask.now)
        else:
            first = Decision(decision.author, ask.today, text, asked, (), (), point)
            kept = decide(store, campaign, first, ask.now)
    except AnswerRefused as why:
        raise Refused(str(why)) from None
    details = {"open_point": point, "answer": kept.name}
    ask.store.audit([AuditEntry("decide_point", None, ask.person.id, ask.inbound.channel, details)], ask.now)
    return kept
