"""A body's recommendation as it stands: its order, what it has sent, and how both are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.script import simplify
from bot.model.application import Application, AuditEntry
from bot.model.staff import Package, Role
from bot.staff.balance import balance
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, addresses, title
from bot.staff.moves import contacts
from bot.staff.ranking import Order, standing
from bot.staff.routes import body_by_id, body_named, is_live, left_place
from bot.staff.stage_words import stage_label
from bot.staff.tell import tell
from bot.work.carry_out import row_key

SUBMITTED, CANDIDATE, RECOMMENDED, RECEIVED = "submitted", "candidate", "recommended", "received"
RETURNED, DRAFT, LATE = "returned", "draft", "late_pending"


@dataclass(frozen=True, slots=True)
class Standing:
    """`order` holds everybody with a place, withdrawn ones too once the order was sent. `sent` is the last package."""

    body: str
    order: tuple[Application, ...]
    sent: Package | None

    @property
    def ids(self) -> Order:
        return tuple(known.id for known in self.order)


def standing_of(ask: StaffAsk, body: str) -> Standing:
    """The order of a body as of now. Before it is sent only candidates have a place, so that it closes up;
    afterwards places stay as they were sent, and new candidates come behind.
    """
    kept = [ranked.application for ranked in ask.store.ranking(body)]
    ours = {known.id: known for known in ask.store.applications(body)}
    candidates = tuple(known.id for known in ours.values() if known.stage == CANDIDATE)
    sent = last_package(ask, body)
    if sent is None:
        return Standing(body, tuple(ours[known] for known in standing(kept, candidates)), None)
    placed = tuple(dict.fromkeys((*kept, *candidates)))
    return Standing(body, tuple(ours[each] for each in placed if each in ours), sent)


def last_package(ask: StaffAsk, body: str) -> Package | None:
    """The newest package of a body that recommends somebody, without its content."""
    sent = [package for package in ask.store.package_heads(body) if not package.zero]
    return sent[-1] if sent else None


def order_lines(ask: StaffAsk, order: Sequence[Application]) -> str:
    """1. 2019-017 宝丰县市场监督管理局, a line each; withdrawn ones are marked."""
    campaign = ask.clerk.campaign
    lines = []
    for rank, known in enumerate(order, start=1):
        mark = "" if is_live(campaign, known) else f"［{stage_label(ask, known)}］"
        lines.append(f"{rank}. {title(campaign, known)}{mark}")
    return "\n".join(lines)


def balance_hint(ask: StaffAsk, order: Sequence[Application]) -> str:
    """The hint on balance (3.2), with the counts it rests on; "" for nobody."""
    campaign = ask.clerk.campaign
    level = next((item.id for item in campaign.form.fields if "级别" in item.label), "")
    unit = campaign.form.unit_field
    live = [known for known in order if not left_place(campaign, known.stage)]
    named = [(known.values.get(unit, ""), known.values.get(level, "")) for known in live]
    found = balance(campaign, named)
    if not found.total:
        return ""
    places = _counts({place: count for place, count in found.places.items() if place})
    one = ask.say("recommend_one_field", field=found.one_field) if found.one_field else ""
    return ask.say(
        "recommend_balance",
        total=found.total,
        grass_roots=found.grass_roots,
        fields=_counts(found.fields),
        places=places or ask.say("recommend_no_places"),
        one_field=one,
    )


def _counts(counts: Mapping[str, int]) -> str:
    return "、".join(f"{name or '?'}{number}" for name, number in counts.items())


def body_name(ask: StaffAsk, body: str) -> str:
    """The body's name; its id where the list no longer has it."""
    known = body_by_id(ask.clerk.campaign, body)
    return known.name if known else body


def office_alone(ask: StaffAsk) -> None:
    """`Refused` for everybody but the office."""
    if not ask.is_office:
        raise Refused(ask.say("recommend_office_decides", **addresses(ask)))


def own_body(ask: StaffAsk) -> str:
    """The body that this person speaks for. `Refused` for somebody who speaks for none."""
    if not ask.bodies:
        raise Refused(ask.say("recommend_no_body", **addresses(ask)))
    return ask.bodies[0]


def named_body(ask: StaffAsk, word: str) -> str:
    """Id of the body that the office names. `Refused` if the list has none of that name."""
    body = body_named(ask.clerk.campaign, simplify(word))
    if body is None:
        raise Refused(ask.say("recommend_unknown_body", what=word[:40]))
    return body.id


def log(ask: StaffAsk, action: str, application: str | None = None, **details: str) -> None:
    """A line in the audit log: ids, field names and hashes, never values."""
    ask.store.audit([AuditEntry(action, application, ask.person.id, ask.inbound.channel, details)], ask.now)


def tell_office(ask: StaffAsk, what: str, text: str) -> None:
    """Tell everybody of the office but whoever asks; `what` tells several messages of one turn apart."""
    people = [member.person for member in ask.store.members(Role.OFFICE)]
    tell_people(ask, people, what, text)


def tell_body(ask: StaffAsk, body: str, what: str, text: str) -> None:
    """Tell a body's contacts; where it has none, its deputies."""
    if body:  # the members of no body would be everybody's
        tell_people(ask, contacts(ask, body), what, text)


def tell_people(ask: StaffAsk, people: Sequence[int], what: str, text: str) -> None:
    for person in dict.fromkeys(people):
        if person != ask.person.id:
            tell(ask.store, ask.clerk, person, f"{row_key(ask.inbound)}#{what}:{person}", text)
