"""Signing a sheet off (two persons of the team, the leader first), and opening it again (product page D11)."""

from __future__ import annotations

import hashlib

from bot.model.sheet import LeaderSigned, Line, MemberSigned, Reopened, Snapshot, VetoConcluded
from bot.sheets.access import Desk, log, require_stage, take, versions
from bot.sheets.content_json import canonical
from bot.sheets.judging import judge
from bot.sheets.opening import add_line, needed_reason, tell_arrangers
from bot.sheets.reading import open_lines, sheet_view
from bot.sheets.signing import digest_of, leader_signature
from bot.sheets.snapshot import Signing, snapshot_of
from bot.sheets.tally import tally
from bot.sheets.views import SheetView
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused, move, refusal, unit_of
from bot.staff.standing import tell_people
from bot.work.carry_out import row_key

VETO = "veto"  # the office's move


def sign_sheet(ask: StaffAsk, sheet: int, digest: str, open_reason: str = "") -> SheetView:
    """Sign what was shown under `digest` (`SheetView.digest`); the second signature locks the sheet.

    The leader signs first; where something is open only with the reason why. Then another member signs the
    same: sums and deductions are fixed as a snapshot. `Refused` where the sheet has changed since it was shown.
    """
    desk = take(ask, sheet)
    if any(line.id.startswith(f"{row_key(ask.inbound)}#") for line in desk.lines):
        return sheet_view(ask, sheet)  # this very form came before
    if not desk.is_member:
        raise Refused(ask.say("sheet_members_only"))
    if desk.is_locked:
        raise Refused(ask.say("sheet_locked"))
    require_stage(ask, desk.application)
    if digest != digest_of(desk.sheet, desk.lines):
        raise Refused(ask.say("sheet_changed"))
    if desk.is_leader:
        _sign_first(ask, desk, digest, open_reason.strip())
    else:
        _sign_second(ask, desk, digest)
    return sheet_view(ask, sheet)


def reopen_sheet(ask: StaffAsk, sheet: int, reason: str) -> SheetView:
    """Open a signed sheet again, by the leader or the office, with a reason; what was signed stays.

    Once the inspection is concluded, only by the office; once the list is being drawn up, by nobody.
    """
    desk = take(ask, sheet)
    if not desk.is_leader and not desk.is_office:
        raise Refused(ask.say("sheet_leader_or_office"))
    if not desk.is_locked:
        raise Refused(ask.say("sheet_not_locked"))
    require_stage(ask, desk.application, with_finished=desk.is_office)
    why = needed_reason(ask, reason)
    if add_line(ask, desk, "reopen", Reopened(why)):
        log(ask, desk.sheet, "sheet_reopen", reason=hashlib.sha256(why.encode()).hexdigest())
        unit, number = unit_of(ask.clerk.campaign, desk.application), desk.application.number
        told = ask.say("sheet_reopened_told", unit=unit, number=number, reason=why)
        tell_people(ask, [one.person for one in desk.sheet.team], f"sheet_reopened:{sheet}", told)
    return sheet_view(ask, sheet)


def conclude_veto(ask: StaffAsk, sheet: int, entry: str, upheld: bool, reason: str) -> SheetView:
    """The office's word on a veto that two inspectors signed: the application is vetoed, or the veto dismissed.

    `Refused`, or `MoveRefused` where the application cannot be moved.
    """
    desk = take(ask, sheet)
    if not desk.is_office:
        raise Refused(ask.say("sheet_office_only"))
    why = needed_reason(ask, reason)
    veto = next((one for one in judge(desk.lines).vetoes if one.line.id == entry), None)
    if veto is None:
        raise Refused(ask.say("sheet_no_such_entry"))
    if veto.concluded is not None:
        raise Refused(ask.say("sheet_veto_concluded", name=veto.concluded.name))
    if not veto.is_signed:
        raise Refused(ask.say("sheet_veto_needs_second"))
    if upheld and (problem := refusal(ask, desk.application, VETO, why)):
        raise MoveRefused(problem)
    add_line(ask, desk, f"veto:{entry}", VetoConcluded(entry, upheld, why))
    log(ask, desk.sheet, "sheet_veto_upheld" if upheld else "sheet_veto_dismissed", entry=entry)
    if upheld:
        move(ask, desk.application, VETO, why)
    return sheet_view(ask, sheet)


def _sign_first(ask: StaffAsk, desk: Desk, digest: str, open_reason: str) -> None:
    unfinished = open_lines(ask, tally(ask.clerk.campaign.standard, desk.lines))
    if unfinished and not open_reason:
        raise Refused(ask.say("sheet_open_reason", lines="\n".join(unfinished)))
    if add_line(ask, desk, "sign", LeaderSigned(digest, open_reason if unfinished else "")):
        log(ask, desk.sheet, "sheet_sign", digest=digest)


def _sign_second(ask: StaffAsk, desk: Desk, digest: str) -> None:
    signature = leader_signature(desk.sheet, desk.lines)
    if signature is None:
        raise Refused(ask.say("sheet_leader_first"))
    version = versions(desk.lines) + 1
    if not add_line(ask, desk, "sign", MemberSigned(digest, version)):
        return
    lines = tuple(ask.store.sheet_lines(desk.sheet.id))
    first = _line_of(lines, signature)
    signed = (first, lines[-1])
    signing = Signing(desk.sheet, desk.application, version, signed, signature.open_reason)
    content = canonical(snapshot_of(ask.clerk.campaign, signing, lines))
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    ask.store.add_snapshot(
        Snapshot(desk.sheet.id, version, sha256, content, first.by, ask.person.id, ask.now)
    )
    log(ask, desk.sheet, "sheet_lock", version=str(version), sha256=sha256)
    unit, number = unit_of(ask.clerk.campaign, desk.application), desk.application.number
    tell_arrangers(ask, desk, "sheet_signed_told", unit=unit, number=number)


def _line_of(lines: tuple[Line, ...], signature: LeaderSigned) -> Line:
    return next(line for line in reversed(lines) if line.content is signature or line.content == signature)
