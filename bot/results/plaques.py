"""Plaques (匾牌): the announced list, name for name, and who took each one when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from bot.documents.signatures import HEAD_BYTES
from bot.documents.signatures import signature as signature_of
from bot.model.application import Application
from bot.model.results import Listed, Plaque, ReleaseKind
from bot.model.spoken import full_date
from bot.ports import Store
from bot.results.course import AWARD, released, target_of
from bot.results.office import line_of, named
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import move, refusal
from bot.staff.people import office_only
from bot.staff.standing import log
from config.campaign import Campaign

LARGEST_PAPER = 10 << 20  # bytes
PAPER_TYPES = ("jpg", "png", "pdf")
_LONGEST_NAME = 60
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PlaqueLine:
    """One plaque: the unit exactly as announced, and its hand-over if there was one."""

    listed: Listed
    handed_over: Plaque | None


def plaques(store: Store) -> tuple[PlaqueLine, ...]:
    """The list by number; empty before the announcement."""
    announcement = released(store, ReleaseKind.ANNOUNCEMENT)
    done = {plaque.application: plaque for plaque in store.plaques()}
    return tuple(
        PlaqueLine(one, done.get(one.application)) for one in (announcement.listed if announcement else ())
    )


def hand_over_plaque(
    ask: StaffAsk, known: Application, taken_by: str, handed_on: date, signature: str = ""
) -> Plaque:
    """Write down who took the plaque and when; `signature` is the SHA-256 of a stored scan, "" for none."""
    office_only(ask)
    line = next((one for one in plaques(ask.store) if one.listed.application == known.id), None)
    if line is None:
        raise Refused(ask.say("result_no_plaque", **named(ask, known)))
    if line.handed_over is not None:
        before = line.handed_over
        raise Refused(
            ask.say(
                "result_plaque_before",
                unit=before.unit,
                name=before.taken_by,
                day=full_date(before.handed_on),
            )
        )
    name = line_of(taken_by)
    if not name or len(name) > _LONGEST_NAME:
        raise Refused(ask.say("result_plaque_who"))
    announcement = released(ask.store, ReleaseKind.ANNOUNCEMENT)
    if handed_on > ask.today or (announcement and handed_on < announcement.starts):
        raise Refused(ask.say("result_plaque_day"))
    if signature and not _SHA256.fullmatch(signature):
        raise Refused(ask.say("result_plaque_signature"))
    ends = bool(target_of(ask.clerk.campaign, AWARD))
    if ends and (why := refusal(ask, known, AWARD)):
        raise Refused(why)
    plaque = Plaque(known.id, line.listed.unit, name, handed_on, signature, ask.person.id, ask.now)
    ask.store.add_plaque(plaque)
    if ends:
        move(ask, known, AWARD)
    log(ask, "hand_over_plaque", known.id, on=handed_on.isoformat(), signature=signature)
    return plaque


def paper_type(content: bytes, campaign: Campaign) -> str:
    """jpg, png or pdf, by the content; `Refused` for anything else and for what is too large.

    To be asked before a signed paper is put into the file store; the acts come after that.
    """
    if len(content) > LARGEST_PAPER:
        raise Refused(campaign.phrases["result_plaque_large"].format(most=LARGEST_PAPER >> 20))
    found = signature_of(content[:HEAD_BYTES])
    if found not in PAPER_TYPES:
        raise Refused(campaign.phrases["result_plaque_type"])
    return found


def sign_plaque(ask: StaffAsk, known: Application, signature: str) -> Plaque:
    """Let a stored scan be the signed paper of a plaque that was handed over; an earlier one stays in the log."""
    office_only(ask)
    plaque = _handed_over(ask, known)
    if not _SHA256.fullmatch(signature):
        raise Refused(ask.say("result_plaque_signature"))
    ask.store.sign_plaque(known.id, signature)
    log(ask, "sign_plaque", known.id, signature=signature, before=plaque.signature)
    return replace(plaque, signature=signature)


def signed_paper(ask: StaffAsk, known: Application) -> Plaque:
    """The hand-over whose signed paper is on file; `Refused` where there is none."""
    office_only(ask)
    plaque = _handed_over(ask, known)
    if not plaque.signature:
        raise Refused(ask.say("result_plaque_unsigned", unit=plaque.unit))
    return plaque


def _handed_over(ask: StaffAsk, known: Application) -> Plaque:
    found = next((one for one in ask.store.plaques() if one.application == known.id), None)
    if found is None:
        raise Refused(ask.say("result_no_plaque", **named(ask, known)))
    return found
