"""The directory (通讯录): people with a role, how each is reached, and what the office does about it.

Who has which role is `bot.staff.people`; here are addresses, telephones, test messages and lists of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.campaign_edits.values import Kind, fits
from bot.model.application import AuditEntry
from bot.model.edits import ContactCard, MessageState
from bot.model.message import Channel, Mail, Text
from bot.model.staff import Membership, Role
from bot.ports import Draft
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import end_roles, log_role, office_only, post_label, refresh, refused
from bot.staff.people_rows import PersonRow, Row, read_people
from bot.staff.people_words import Post
from bot.staff.tell import tell
from bot.work.carry_out import row_key
from bot.work.console_login import make_link
from config.campaign import Body

Address = tuple[Channel, str]

_TEST = "test:"
_LONGEST_NOTE = 100


@dataclass(frozen=True, slots=True)
class Road:
    """An address. `works` until a message to it came back."""

    channel: Channel
    address: str
    works: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One role of one person. Not `reachable`: a red mark, only the telephone is left, if there is one."""

    membership: Membership
    label: str
    telephone: str
    note: str
    roads: tuple[Road, ...]
    reachable: bool


@dataclass(frozen=True, slots=True)
class BodyPeople:
    """A recommending body's contacts and deputies. `unreached`: no contact of it can be reached."""

    body: Body
    people: tuple[Listed, ...]

    @property
    def unreached(self) -> bool:
        return not any(one.reachable and not one.membership.deputy for one in self.people)


@dataclass(frozen=True, slots=True)
class Directory:
    """Who there is, within the scope of who asks: a body's people see their own body's."""

    office: tuple[Listed, ...]
    inspectors: tuple[Listed, ...]
    bodies: tuple[BodyPeople, ...]


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Everything the office does about one person starts here."""

    person: int
    roles: tuple[Listed, ...]  # never empty
    tests: tuple[MessageState, ...]  # of their addresses, the latest last

    @property
    def name(self) -> str:
        return self.roles[0].membership.name


@dataclass(frozen=True, slots=True)
class PeoplePreview:
    """What a list of people would bring. With any of the `problems` nothing is entered."""

    people: tuple[PersonRow, ...]
    problems: tuple[str, ...]


def directory(ask: StaffAsk) -> Directory:
    """Everybody with a role whom the person may see. A look. `Refused` for whoever has none of these roles."""
    if not (ask.is_office or ask.bodies):
        raise Refused(refused(ask))
    campaign, cards = ask.clerk.campaign, ask.store.cards()
    listed = [_listed(ask, one, cards.get(one.person)) for one in ask.store.members() if _sees(ask, one)]
    bodies = tuple(
        BodyPeople(body, tuple(one for one in listed if one.membership.body == body.id))
        for body in campaign.bodies
        if ask.is_office or body.id in ask.bodies
    )
    return Directory(_having(listed, Role.OFFICE), _having(listed, Role.INSPECTOR), bodies)


def person_card(ask: StaffAsk, person: int) -> PersonCard | None:
    """Somebody with a role, with all that is known of how they are reached; None for nobody. The office's alone."""
    office_only(ask)
    card = ask.store.cards().get(person)
    roles = tuple(_listed(ask, one, card) for one in ask.store.memberships(person))
    return PersonCard(person, roles, results_of_tests(ask, person)) if roles else None


def results_of_tests(ask: StaffAsk, person: int) -> tuple[MessageState, ...]:
    """What became of the test messages to somebody, the latest last. The office's alone."""
    office_only(ask)
    return tuple(ask.store.message_states(f"{_TEST}{person}:"))


# acts


def add_person(
    ask: StaffAsk, name: str, post: Post, addresses: Sequence[Address], telephone: str = ""
) -> int:
    """Give somebody a role at once; their id. Without an address they are known by name and telephone only.

    An address that somebody with a role has already is theirs: the name must agree. `Refused` if not.
    """
    office_only(ask)
    plain = " ".join(name.split())
    if not plain or (post.role is Role.BODY) != bool(post.body):
        raise Refused(ask.say("directory_incomplete"))
    person = _known(ask, plain, post, [_clean(ask, address) for address in addresses])
    held = [one for one in ask.store.memberships(person) if (one.role, one.body) == (post.role, post.body)]
    end_roles(ask, [one for one in held if one.deputy != post.deputy])
    ask.store.add_member(person, post.role, post.body, post.deputy, ask.now)
    log_role(ask, "member_added", person, post.role, post.body)
    if telephone:
        set_telephone(ask, person, telephone)
    refresh(ask)
    return person


def add_address(ask: StaffAsk, person: int, channel: Channel, address: str) -> None:
    """Let somebody with a role be reached, and known, by one more address. `Refused` if it is somebody else's."""
    office_only(ask)
    _member(ask, person)
    plain = _clean(ask, (channel, address))
    _warn(ask, person, "directory_told_address", address=plain[1])  # over the roads they had before
    _bind(ask, person, plain)
    refresh(ask)


def remove_address(ask: StaffAsk, person: int, channel: Channel, address: str) -> None:
    """Whoever writes from this address is no longer this person. `Refused` if it is not theirs."""
    office_only(ask)
    _member(ask, person)
    if not ask.store.remove_address(person, channel, address):
        raise Refused(ask.say("directory_no_address", address=address))
    _log(ask, "address_removed", person, channel)
    refresh(ask)


def set_telephone(ask: StaffAsk, person: int, telephone: str, note: str = "") -> None:
    """How somebody is telephoned; "" takes it away. By the office, by a contact of their body, or by themselves."""
    own = [one for one in ask.roles if one.role is Role.BODY and not one.deputy]
    bodies = {one.body for one in own}
    is_ours = any(one.body in bodies for one in ask.store.memberships(person) if one.role is Role.BODY)
    if not (ask.is_office or is_ours or (ask.roles and person == ask.person.id)):
        raise Refused(refused(ask))
    _member(ask, person)
    plain = " ".join(telephone.split())
    if plain and not fits(Kind.PHONE, plain):
        raise Refused(ask.say("edit_not_phone"))
    ask.store.set_card(ContactCard(person, plain, " ".join(note.split())[:_LONGEST_NOTE]))
    _log(ask, "telephone_set", person)


def console_link_for(ask: StaffAsk, person: int) -> str:
    """The path of a one-time link with which somebody comes in; told once and kept nowhere. The office's alone."""
    office_only(ask)
    _member(ask, person)
    path = make_link(ask.store, person, ask.clerk.machine_now())
    assert path is not None  # a member has a role
    _warn(ask, person, "directory_told_link")
    _log(ask, "console_link", person)
    return path


def _warn(ask: StaffAsk, person: int, phrase: str, **facts: str) -> None:
    """Tell somebody that a colleague opened a way to act in their name: two people release what decides something."""
    if person != ask.person.id:
        told = ask.say(phrase, by=ask.person.label, **facts)
        tell(ask.store, ask.clerk, person, f"{row_key(ask.inbound)}#{phrase}:{person}", told)


def sign_out(ask: StaffAsk, person: int) -> int:
    """End every session of somebody at the console; how many there were. The office's alone."""
    office_only(ask)
    _member(ask, person)
    ended = ask.store.end_sessions(person)
    _log(ask, "signed_out", person)
    return ended


def send_test(ask: StaffAsk, person: int) -> tuple[Address, ...]:
    """Send a test message on every road to somebody, also where one failed before; the roads.

    What becomes of it is seen in `results_of_tests`. `Refused` where there is no road.
    """
    office_only(ask)
    name = _member(ask, person).name
    by_mail = ask.clerk.message_id is not None
    roads = [one for one in ask.store.addresses(person) if one[0] is Channel.WECOM or by_mail]
    if not roads:
        raise Refused(ask.say("directory_unreached", name=name))
    campaign = ask.clerk.campaign
    text = ask.say("directory_test", name=name, title=campaign.title, office=campaign.contact.office_short)
    drafts = []
    for place, (channel, address) in enumerate(roads):
        ask.store.forget_unreachable(channel, address)
        body = Text(text) if channel is Channel.WECOM else _letter(ask, address, text)
        key = f"{_TEST}{person}:{row_key(ask.inbound)}:{place}"
        drafts.append(Draft(key, channel, person, address, body))
    ask.store.queue(drafts, ask.clerk.machine_now())
    _log(ask, "test_sent", person)
    return tuple(roads)


def preview_people(ask: StaffAsk, rows: Sequence[Row]) -> PeoplePreview:
    """The people in the rows of a table, and what is wrong with them; changes nothing. The office's alone."""
    office_only(ask)
    people, wrong = read_people(ask.clerk.campaign, rows)
    said = [(number, ask.say(key)) for number, key in wrong]
    conflicts = ((one.number, _conflict(ask, one.name, _given(one))) for one in people)
    said += [(number, conflict) for number, conflict in conflicts if conflict]
    problems = (
        problem if number == 0 else ask.say("people_row", row=number, problem=problem)
        for number, problem in sorted(said)
    )
    return PeoplePreview(people, tuple(problems))


def import_people(ask: StaffAsk, rows: Sequence[Row]) -> int:
    """Give everybody in the rows their role; how many. `Refused` with every problem there is, and nobody then."""
    read = preview_people(ask, rows)
    if read.problems:
        raise Refused("\n".join(read.problems))
    for one in read.people:
        person = add_person(ask, one.name, one.post, _given(one))
        if one.phone or one.note:
            set_telephone(ask, person, one.phone, one.note)
    return len(read.people)


def _given(row: PersonRow) -> list[Address]:
    both = ((Channel.WECOM, row.userid), (Channel.MAIL, row.mail))
    return [(channel, address) for channel, address in both if address]


# seeing


def _sees(ask: StaffAsk, member: Membership) -> bool:
    return ask.is_office or (member.role is Role.BODY and member.body in ask.bodies)


def _having(listed: Sequence[Listed], role: Role) -> tuple[Listed, ...]:
    return tuple(one for one in listed if one.membership.role is role)


def _listed(ask: StaffAsk, member: Membership, card: ContactCard | None) -> Listed:
    store = ask.store
    roads = tuple(
        Road(channel, address, not store.is_unreachable(channel, address))
        for channel, address in store.addresses(member.person)
    )
    by_mail = ask.clerk.message_id is not None
    return Listed(
        member,
        post_label(ask.clerk.campaign, member.role, member.body, member.deputy),
        card.telephone if card else "",
        card.note if card else "",
        roads,
        any(road.works and (road.channel is Channel.WECOM or by_mail) for road in roads),
    )


# addresses


def _known(ask: StaffAsk, name: str, post: Post, addresses: Sequence[Address]) -> int:
    """The person meant, all of whose addresses these are afterwards.

    By an address that somebody with a role has; else whoever of that name has the post already; else somebody new.
    """
    if conflict := _conflict(ask, name, addresses):
        raise Refused(conflict)
    owners = _owners(ask, addresses)
    alike = [one.person for one in ask.store.members(post.role, post.body) if one.name == name]
    if owners or alike:
        person = next(iter(owners or alike))
    elif addresses:
        channel, address = addresses[0]
        person = ask.store.visitor(channel, address, name, ask.now).person.id
    else:
        person = ask.store.new_person(name, ask.now)
    for other in addresses:
        _bind(ask, person, other)
    return person


def _owners(ask: StaffAsk, addresses: Sequence[Address]) -> set[int]:
    """Those with a role whose addresses some of these are."""
    staff = ask.store.staff_addresses()
    found = (staff.get((channel.value, address)) for channel, address in addresses)
    return {person for person in found if person is not None}


def _conflict(ask: StaffAsk, name: str, addresses: Sequence[Address]) -> str:
    """Why these addresses cannot be those of one person of this name; "" if they can."""
    owners = _owners(ask, addresses)
    names = {one.person: one.name for one in ask.store.members() if one.person in owners}
    if len(owners) > 1 or any(known not in ("", name) for known in names.values()):
        return ask.say("directory_taken", name="、".join(dict.fromkeys(names.values())))
    return ""


def _bind(ask: StaffAsk, person: int, address: Address) -> None:
    if address in ask.store.addresses(person):
        return
    channel, where = address
    owner = ask.store.staff_addresses().get((channel.value, where))
    if owner is not None:
        name = next((one.name for one in ask.store.members() if one.person == owner), "")
        raise Refused(ask.say("directory_taken", name=name))
    if not ask.store.bind(person, channel, where):
        raise Refused(ask.say("directory_applicant", address=where))
    _log(ask, "address_added", person, channel)


def _clean(ask: StaffAsk, address: Address) -> Address:
    """The address as it is kept. `Refused` if it is none."""
    channel, text = address
    plain = "".join(text.split())
    if channel is Channel.MAIL:
        plain = plain.lower()
        if not fits(Kind.EMAIL, plain):
            raise Refused(ask.say("edit_not_email"))
    elif channel is not Channel.WECOM or not plain:
        raise Refused(ask.say("directory_incomplete"))
    return channel, plain


def _letter(ask: StaffAsk, address: str, text: str) -> Mail:
    assert ask.clerk.message_id is not None  # else there is no such road
    message_id = ask.clerk.message_id("mail")
    ask.store.sent_mail(message_id, None, address)
    return Mail(ask.say("directory_test_subject", title=ask.clerk.campaign.title), text, message_id)


def _member(ask: StaffAsk, person: int) -> Membership:
    """A role of somebody; only of those who have one are addresses changed."""
    found = ask.store.memberships(person)
    if not found:
        raise Refused(ask.say("directory_no_member"))
    return found[0]


def _log(ask: StaffAsk, action: str, person: int, channel: Channel | None = None) -> None:
    details = {"for": str(person)} | ({"channel": channel.value} if channel else {})
    ask.store.audit([AuditEntry(action, None, ask.person.id, ask.inbound.channel, details)], ask.now)
