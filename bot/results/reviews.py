"""Review outcomes (评审): entered one by one or imported, every change a new revision; and the end of the review."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.documents.sheet_read import SheetRow
from bot.model.application import Application
from bot.model.mail import FileKind, MaterialState
from bot.model.results import Mark, ReviewOutcome
from bot.results.course import FINISH_REVIEW, PUBLISH, SHORTLIST, target_of
from bot.results.marks import LONGEST_REMARK, compare_key, latest, read_score
from bot.results.office import digest, line_of, named, running_only
from bot.results.review_sheet import SheetFault, SheetLine, read_sheet
from bot.results.round import own_sheet_only
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find
from bot.staff.moves import MoveRefused, move
from bot.staff.people import office_only
from bot.staff.standing import log

_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Prepared:
    """One sheet of a table that can be kept."""

    known: Application
    reviewer: str
    marks: Mapping[str, Mark]
    before: ReviewOutcome | None  # this reviewer's sheet as it stands

    @property
    def is_change(self) -> bool:
        """Whether it is new, or differs from what stands."""
        return self.before is None or dict(self.before.marks) != dict(self.marks)


def short_remark(ask: StaffAsk, clause: str, remark: str) -> str:
    """The remark as it is; `Refused` where it is too long."""
    if len(remark) > LONGEST_REMARK:
        facts = {"condition": clause, "limit": LONGEST_REMARK, "count": len(remark)}
        raise Refused(ask.say("result_remark_long", **facts))
    return remark


def read_marks(ask: StaffAsk, written: Mapping[str, tuple[str, str]]) -> dict[str, Mark]:
    """Marks as written, clause id → (score, remark); `Refused` names what is missing or no score."""
    rules = ask.clerk.campaign.results
    marks = {}
    for clause in rules.conditions:
        score, remark = written.get(clause, ("", ""))
        short_remark(ask, clause, remark)
        if rules.maximum == 0:
            marks[clause] = Mark(None, remark.strip())
            continue
        if not score.strip():
            raise Refused(ask.say("result_score_missing", condition=clause, maximum=rules.maximum))
        value = read_score(score, rules.maximum)
        if value is None:
            what = score.strip()[:20]
            raise Refused(ask.say("result_score_wrong", condition=clause, score=what, maximum=rules.maximum))
        marks[clause] = Mark(value, remark.strip())
    return marks


def enter_review(
    ask: StaffAsk, known: Application, reviewer: str, marks: Mapping[str, Mark], deck: str = ""
) -> ReviewOutcome:
    """Keep one reviewer's sheet, as a new revision where there is one already; unchanged it is returned as it is.

    `deck` is the SHA-256 of the version that was judged: by default the one the first reviewer judged, so that
    a deck replaced meanwhile does not slip in; another one only where the office names it. By the office; a
    reviewer writes only their own sheet, on what was given to them, while the round is open.
    """
    name = line_of(reviewer)
    if ask.viewer.is_inspector and not ask.is_office:
        own_sheet_only(ask, known, name)
    else:
        office_only(ask)
    _open_only(ask, known)
    if not name or len(name) > _LONGEST_NAME:
        raise Refused(ask.say("result_reviewer_missing", limit=_LONGEST_NAME))
    judged = _deck(ask, known, deck)
    sheets = latest(ask.store.reviews(known.id)).get(known.id, {})
    before = sheets.get(name)
    if before is not None and (dict(before.marks), before.deck) == (dict(marks), judged):
        return before
    outcome = ReviewOutcome(known.id, name, 0, dict(marks), judged, ask.person.id, ask.now)
    together = {**sheets, name: outcome}.values()
    kept = ask.store.add_review(outcome, compare_key(ask.clerk.campaign.results, together))
    log(ask, "enter_review", known.id, revision=str(kept.revision), deck=judged, marks=_marks_digest(kept))
    return kept


def void_review(ask: StaffAsk, known: Application, reviewer: str) -> None:
    """Let a reviewer's sheet count no more, as they have to keep away from the unit; nothing where there is none."""
    sheets = latest(ask.store.reviews(known.id)).get(known.id, {})
    if reviewer not in sheets:
        return
    left = [sheet for name, sheet in sheets.items() if name != reviewer]
    void = ReviewOutcome(known.id, reviewer, 0, {}, sheets[reviewer].deck, ask.person.id, ask.now)
    kept = ask.store.add_review(void, compare_key(ask.clerk.campaign.results, left))
    log(ask, "void_review", known.id, revision=str(kept.revision))


def prepare_reviews(
    ask: StaffAsk, rows: Sequence[SheetRow]
) -> tuple[tuple[Prepared, ...], tuple[SheetFault, ...]]:
    """What a table says, and what is wrong with it by row; nothing is kept."""
    office_only(ask)
    lines, faults = read_sheet(ask.clerk.campaign, rows)
    sheets = latest(ask.store.reviews())
    prepared: list[Prepared] = []
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        try:
            known, marks = _checked(ask, line)
            name = line_of(line.reviewer)
            pair = (known.id, name)
            if pair in seen:
                raise Refused(ask.say("result_row_twice", row=seen[pair]))
            seen[pair] = line.row
            prepared.append(Prepared(known, name, marks, sheets.get(known.id, {}).get(name)))
        except Refused as why:
            faults.append(SheetFault(line.row, str(why)))
    return tuple(prepared), tuple(sorted(faults, key=lambda fault: fault.row))


def checked_reviews(ask: StaffAsk, rows: Sequence[SheetRow]) -> tuple[Prepared, ...]:
    """Every sheet of a table. `Refused` with every row that is wrong."""
    prepared, faults = prepare_reviews(ask, rows)
    if faults:
        raise Refused("\n".join(fault.why for fault in faults))
    return prepared


def import_reviews(ask: StaffAsk, sheets: Sequence[Prepared]) -> int:
    """Keep these sheets, all or none; how many of them are new or differ from what stands."""
    office_only(ask)
    kept = 0
    for sheet in sheets:
        if sheet.is_change:
            known = ask.store.application(sheet.known.id)
            if known is None:
                raise Refused(ask.say("staff_not_found"))
            enter_review(ask, known, sheet.reviewer, sheet.marks)
            kept += 1
    return kept


def finish_review(ask: StaffAsk, known: Application) -> Application:
    """End the review of an application that at least one reviewer has judged."""
    office_only(ask)
    if not latest(ask.store.reviews(known.id)).get(known.id):
        raise Refused(ask.say("result_no_review", **named(ask, known)))
    return move(ask, known, FINISH_REVIEW)


def finish_reviews(ask: StaffAsk, numbers: Sequence[str] | None) -> tuple[int, tuple[str, ...]]:
    """End the reviews of these applications (by number), or of all that can be; how many, and why others not."""
    office_only(ask)
    if numbers is None:
        stages = [arrow.source for arrow in ask.clerk.campaign.arrows if arrow.action == FINISH_REVIEW]
        judged = {outcome.application for outcome in ask.store.reviews()}
        found = [known for known in ask.store.applications(stages=stages) if known.id in judged]
    else:
        found = [find(ask, number) for number in numbers]
    refused = []
    for known in found:
        try:
            finish_review(ask, known)
        except (Refused, MoveRefused) as why:
            refused.append(str(why))
    return len(found) - len(refused), tuple(refused)


def _checked(ask: StaffAsk, line: SheetLine) -> tuple[Application, dict[str, Mark]]:
    known = find(ask, line.which)
    _open_only(ask, known)
    if not line_of(line.reviewer) or len(line_of(line.reviewer)) > _LONGEST_NAME:
        raise Refused(ask.say("result_reviewer_missing", limit=_LONGEST_NAME))
    return known, read_marks(ask, line.marks)


def _open_only(ask: StaffAsk, known: Application) -> None:
    """Outcomes are entered once the application is accepted, and until it is on the list."""
    running_only(ask, known)
    campaign = ask.clerk.campaign
    if known.stage in (target_of(campaign, SHORTLIST), target_of(campaign, PUBLISH)):
        raise Refused(
            ask.say("result_review_closed", stage=campaign.stage(known.stage).label, **named(ask, known))
        )


def _deck(ask: StaffAsk, known: Application, deck: str) -> str:
    given, reviews = ask.store.assignments([known.id]), ask.store.reviews(known.id)
    frozen = given[0].deck if given else reviews[0].deck if reviews else known.dossier.get("deck", "")
    if not deck or deck == frozen:
        return frozen
    for one in ask.store.materials(known.id):
        if one.kind is FileKind.DECK and one.state is MaterialState.REGISTERED and one.sha256 == deck:
            return deck
    raise Refused(ask.say("result_deck_unknown", **named(ask, known)))


def _marks_digest(outcome: ReviewOutcome) -> str:
    content = {clause: [str(mark.score), mark.remark] for clause, mark in sorted(outcome.marks.items())}
    return digest(json.dumps(content))
