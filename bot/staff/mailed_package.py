"""A recommendation that a body mailed the old way: proposed, read back, and sent upward when the body says so.

Nothing of it counts before: its files wait, nobody becomes a candidate, nothing is sent. A unit can only be
recommended where it has handed in its own application to this body; of any other the body is told so, and the files
stay with the mail for the office. What a unit has on file itself is never replaced by what its body mailed, and a
form's values are never taken from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.dialogue.units import unit_key
from bot.mail.package_read import MailedPackage
from bot.model.application import Application
from bot.model.mail import FileKind, MailOutcome, Material, MaterialState
from bot.model.message import Choice
from bot.staff.candidates import accept
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused, addresses, title
from bot.staff.moves import MoveRefused
from bot.staff.packages import read_back, send_package
from bot.staff.recommend_commands import AcceptCandidates
from bot.staff.stage_words import stage_label
from bot.staff.standing import CANDIDATE, SUBMITTED, Standing, body_name, log, own_body, standing_of
from bot.staff.two_routes import dropped_for, open_twins
from bot.work.register import release

_SHOW = frozenset({"邮件上报", "邮件材料", "查看邮件上报"})
_CONFIRM = frozenset({"确认邮件上报", "确认邮件报送", "邮件确认上报"})
_DROP = frozenset({"取消邮件上报", "不要邮件上报", "取消邮件报送"})
_MOST_LOOSE = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a body's mails propose so far. `units` are names, in their order where `ordered`."""

    body: str
    units: tuple[str, ...] = ()
    ordered: bool = False
    mails: tuple[int, ...] = ()
    materials: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # application id → what waits
    differing: Mapping[str, str] = field(
        default_factory=dict
    )  # application id → labels its form says otherwise
    loose: tuple[str, ...] = ()  # names of files of which it is not known whose they are
    shown: str = ""  # digest of what was last read back


@dataclass(frozen=True, slots=True)
class ProposedUnit:
    """One unit of a proposal as of now; `application` is None where it handed in nothing to this body."""

    name: str
    application: Application | None
    ready: bool


def proposal_of(ask: StaffAsk, body: str) -> Proposal | None:
    """What a body's mails propose and was neither confirmed nor dropped yet."""
    kept = ask.store.setting(_key(ask, body))
    if not kept:
        return None
    data = json.loads(kept)
    return Proposal(
        body,
        tuple(data["units"]),
        data["ordered"],
        tuple(data["mails"]),
        {known: tuple(ids) for known, ids in data["materials"].items()},
        data["differing"],
        tuple(data["loose"]),
        data["shown"],
    )


def propose(
    ask: StaffAsk,
    body: str,
    package: MailedPackage,
    mail: int,
    materials: Mapping[str, Sequence[int]],
    differing: Mapping[str, str],
    loose: Sequence[str],
) -> StaffAnswer:
    """Add what a mail holds to the body's proposal, and read the whole of it back.

    `materials`: application id → ids of the files kept for it, which wait; `differing`: labels of what its form says
    otherwise than the unit did. A later mail that gives an order replaces the earlier one's.
    """
    before = proposal_of(ask, body) or Proposal(body)
    names = [unit.name for unit in package.units]
    first, second = (names, before.units) if package.ordered else (before.units, names)
    units = _merged(ask, first, second)
    ordered = len(units) == 1 or any(
        len(units) == len(_merged(ask, one, ())) and is_ordered
        for one, is_ordered in ((names, package.ordered), (before.units, before.ordered))
    )
    files = {
        known: tuple(dict.fromkeys((*before.materials.get(known, ()), *materials.get(known, ()))))
        for known in {**before.materials, **materials}
    }
    log(ask, "propose_package", body=body, mail=str(mail), units=str(len(units)))
    proposal = Proposal(
        body,
        units,
        ordered,
        tuple(dict.fromkeys((*before.mails, mail))),
        files,
        {**before.differing, **differing},
        tuple(dict.fromkeys((*before.loose, *loose))),
    )
    return _show(ask, proposal)


def show_proposal(ask: StaffAsk) -> StaffAnswer:
    """The body's proposal as of now. `Refused` if there is none."""
    return _show(ask, _open(ask))


def confirm_proposal(ask: StaffAsk) -> StaffAnswer:
    """Send what was read back: its units become candidates in this order, their files count where nothing did, and
    the package goes upward as one act. Where anything changed since, it is read back again instead.

    `Refused` where it cannot be sent as it is, and why.
    """
    proposal = _open(ask)
    units = proposed_units(ask, proposal)
    if why := _obstacle(ask, proposal, units):
        raise Refused(why)
    if proposal.shown != _digest(proposal, units):
        return _show(ask, proposal)
    ready = [unit.application for unit in units if unit.ready and unit.application is not None]
    new = tuple(known.number for known in ready if known.stage == SUBMITTED)
    if new:
        accept(ask, AcceptCandidates(new))
    for known in ready:
        release(ask.store, known, proposal.materials.get(known.id, ()), ask.person.id, ask.now)
    ask.store.set_ranking(proposal.body, [known.id for known in ready])
    digest = json.loads(read_back(ask).pending)["digest"]
    said = send_package(ask, digest)
    _close(ask, proposal, units)
    log(ask, "confirm_mailed_package", body=proposal.body, mails=" ".join(map(str, proposal.mails)))
    return said


def drop_proposal(ask: StaffAsk) -> StaffAnswer:
    """Give a proposal up: nothing is sent; the mails, with their files, stay with the office."""
    proposal = _open(ask)
    for known, ids in proposal.materials.items():
        for one in ask.store.materials(known):
            if one.id in ids and one.state is MaterialState.PENDING:
                ask.store.set_material(one.id, MaterialState.SET_ASIDE)
    ask.store.set_setting(_key(ask, proposal.body), "")
    log(ask, "drop_mailed_package", body=proposal.body)
    return answer(ask.say("mailed_dropped"))


def proposed_units(ask: StaffAsk, proposal: Proposal) -> tuple[ProposedUnit, ...]:
    """The units of a proposal with their applications as they stand now."""
    found = ask.store.applications(proposal.body)
    by_key = {
        _unit_key(ask, known.values.get(ask.clerk.campaign.form.unit_field, "")): known for known in found
    }
    units = []
    for name in proposal.units:
        known = by_key.get(_unit_key(ask, name))
        units.append(ProposedUnit(name, known, known is not None and known.stage in (SUBMITTED, CANDIDATE)))
    return tuple(units)


def mailed_package_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """邮件上报, 确认邮件上报, 取消邮件上报: of a body's people, about what was mailed."""
    said = "".join(filter(str.isalnum, text))
    acts = ((_SHOW, show_proposal), (_CONFIRM, confirm_proposal), (_DROP, drop_proposal))
    act = next((act for words, act in acts if said in words), None)
    if act is None or not ask.bodies:
        return None
    try:
        return act(ask)
    except (Refused, MoveRefused) as refused:
        return answer(str(refused))


def _open(ask: StaffAsk) -> Proposal:
    proposal = proposal_of(ask, own_body(ask))
    if proposal is None:
        raise Refused(ask.say("mailed_none", email=ask.clerk.campaign.contact.email))
    return proposal


def _show(ask: StaffAsk, proposal: Proposal) -> StaffAnswer:
    units = proposed_units(ask, proposal)
    _keep(ask, replace(proposal, shown=_digest(proposal, units)))
    contact = ask.clerk.campaign.contact
    lines = [ask.say("mailed_head", body=body_name(ask, proposal.body), count=len(units))]
    lines += [_line(ask, proposal, rank, unit) for rank, unit in enumerate(units, start=1)]
    if proposal.loose:
        lines.append(ask.say("mailed_loose", names="、".join(proposal.loose[:_MOST_LOOSE])))
    if any(unit.application is None for unit in units):
        lines.append(ask.say("mailed_without", email=contact.email, office=contact.office_short))
    why = _obstacle(ask, proposal, units)
    if why:
        return answer("\n".join([*lines, why]))
    count = sum(unit.ready for unit in units)
    if ask.clerk.campaign.is_late(ask.now):
        lines.append(
            ask.say("recommend_send_late", words=ask.clerk.campaign.deadline_words, **addresses(ask))
        )
    lines.append(ask.say("mailed_confirm", count=count))
    return answer("\n".join(lines), choices=(Choice(ask.say("mailed_button"), "确认邮件上报"),))


def _line(ask: StaffAsk, proposal: Proposal, rank: int, unit: ProposedUnit) -> str:
    """One unit: its place, whether it can be recommended, which files came for it, what is missing."""
    place = ask.say("mailed_place", rank=rank) if proposal.ordered else ask.say("mailed_no_place")
    known = unit.application
    if known is None:
        return ask.say("mailed_unknown", place=place, unit=unit.name)
    campaign = ask.clerk.campaign
    if not unit.ready:
        stage = stage_label(ask, known)
        return ask.say("mailed_not_ready", place=place, unit=title(campaign, known), stage=stage)
    materials = ask.store.materials(known.id)
    came = [one for one in materials if one.id in proposal.materials.get(known.id, ())]
    facts = [ask.say("mailed_files", names="、".join(one.name for one in came))] if came else []
    decks = [one for one in materials if one.kind is FileKind.DECK]
    if not decks:
        facts.append(ask.say("mailed_no_deck"))
    elif any(_would_replace(one, materials) for one in came):
        facts.append(ask.say("mailed_stays"))
    if fields := proposal.differing.get(known.id):
        facts.append(ask.say("mailed_differs", fields=fields))
    return ask.say(
        "mailed_ready",
        place=place,
        unit=title(campaign, known),
        facts="；".join(facts) or ask.say("mailed_nothing_new"),
    )


def _would_replace(one: Material, materials: Sequence[Material]) -> bool:
    """Whether a waiting file would take the place of something the unit has on file."""
    return one.state is MaterialState.PENDING and any(
        other.kind is one.kind and other.printed == one.printed and other.state is MaterialState.REGISTERED
        for other in materials
    )


def _obstacle(ask: StaffAsk, proposal: Proposal, units: Sequence[ProposedUnit]) -> str:
    """Why a proposal cannot be sent as it is; "" if it can."""
    now: Standing = standing_of(ask, proposal.body)
    ready = [unit.application for unit in units if unit.ready and unit.application is not None]
    if now.sent is not None:
        return ask.say("mailed_sent_already", receipt=now.sent.receipt, **addresses(ask))
    if not ready:
        return ask.say("mailed_nobody")
    others = [known for known in now.order if known.id not in {one.id for one in ready}]
    if others:
        units_left = "、".join(title(ask.clerk.campaign, known) for known in others)
        return ask.say("mailed_others", units=units_left)
    torn = [known for known in ready if open_twins(ask, known) or dropped_for(ask, known)]
    if torn:
        return ask.say("mailed_two_routes", units="、".join(title(ask.clerk.campaign, one) for one in torn))
    return "" if proposal.ordered else ask.say("mailed_no_order")


def _close(ask: StaffAsk, proposal: Proposal, units: Sequence[ProposedUnit]) -> None:
    """Mails of which everything found its place are filed; the others stay with the office."""
    whole = all(unit.ready for unit in units) and not proposal.loose
    for mail in proposal.mails:
        if whole:
            ask.store.mark_mail(mail, MailOutcome.FILED, ask.say("mailed_reason_sent"))
        else:
            ask.store.mark_mail(mail, MailOutcome.QUARANTINE, ask.say("mailed_reason_rest"))
    ask.store.set_setting(_key(ask, proposal.body), "")


def _merged(ask: StaffAsk, first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """The units of both, the first's in front; another spelling of a unit is the same."""
    units: dict[str, str] = {}
    for name in (*first, *second):
        units.setdefault(_unit_key(ask, name), name)
    return tuple(units.values())


def _unit_key(ask: StaffAsk, name: str) -> str:
    return unit_key(ask.clerk.campaign.units, name)


def _digest(proposal: Proposal, units: Sequence[ProposedUnit]) -> str:
    """Changes whenever what would be sent does."""
    state = [
        [unit.name, unit.application.id, unit.application.stage, unit.application.receipt]
        if unit.application
        else [unit.name]
        for unit in units
    ]
    whole = json.dumps([state, proposal.ordered, sorted(proposal.materials.items())], ensure_ascii=True)
    return hashlib.sha256(whole.encode("ascii")).hexdigest()[:32]


def _keep(ask: StaffAsk, proposal: Proposal) -> None:
    data = {
        "units": proposal.units,
        "ordered": proposal.ordered,
        "mails": proposal.mails,
        "materials": dict(proposal.materials),
        "differing": dict(proposal.differing),
        "loose": proposal.loose,
        "shown": proposal.shown,
    }
    ask.store.set_setting(_key(ask, proposal.body), json.dumps(data, ensure_ascii=False))


def _key(ask: StaffAsk, body: str) -> str:
    return f"mailed_package:{ask.clerk.campaign.id}:{body}"
