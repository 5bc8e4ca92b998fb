"""The directory (通讯录) is kept: people with a role, their addresses, telephones, test messages, lists of people.

Who has which role is `bot.staff.people`; how somebody is reached as of now `bot.staff.person_card`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.campaign_edits.values import Kind, fits
from bot.model.edits import ContactCard
from bot.model.message import Channel, Mail, Text
from bot.model.staff import Membership, Role
from bot.ports import Draft
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.lengths import NAME, within
from bot.staff.people import end_roles, log_role, office_only, refresh, refused
from bot.staff.people_rows import PersonRow, Row, read_people
from bot.staff.people_words import Post
from bot.staff.person_card import TEST
from bot.staff.standing import log
from bot.staff.tell import tell
from bot.work.carry_out import row_key
from bot.work.console_login import make_link

Address = tuple[Channel, str]

_LONGEST_NOTE = 100


@dataclass(frozen=True, slots=True)
class PeoplePreview:
    """What a list of people would bring. With any of the `problems` nothing is entered."""

    people: tuple[PersonRow, ...]
    problems: tuple[str, ...]


def add_person(
    ask: StaffAsk, name: str, post: Post, addresses: Sequence[Address], telephone: str = ""
) -> int:
    """Give somebody a role at once; their id. Without an address they are known by name and telephone only.

    An address that somebody with a role has already is theirs: the name must agree. `Refused` if not.
    """
    person = _give(ask, name, post, addresses)
    if telephone:
        set_telephone(ask, person, telephone)
    refresh(ask)
    return person


def _give(ask: StaffAsk, name: str, post: Post, addresses: Sequence[Address]) -> int:
    office_only(ask)
    plain = within(ask, "姓名", " ".join(name.split()), NAME)
    if not plain or (post.role is Role.BODY) != bool(post.body):
        raise Refused(ask.say("directory_incomplete"))
    person = _known(ask, plain, post, [clean(ask, address) for address in addresses])
    held = [one for one in ask.store.memberships(person) if (one.role, one.body) == (post.role, post.body)]
    end_roles(ask, [one for one in held if one.deputy != post.deputy])
    ask.store.add_member(person, post.role, post.body, post.deputy, ask.now)
    log_role(ask, "member_added", person, post.role, post.body)
    return person


def add_address(ask: StaffAsk, person: int, channel: Channel, address: str) -> None:
    """Let somebody with a role be reached, and known, by one more address. `Refused` if it is somebody else's."""
    office_only(ask)
    _member(ask, person)
    plain = clean(ask, (channel, address))
    _warn(ask, person, "directory_told_address", address=plain[1])  # over the roads they had before
    bind(ask, person, plain)
    refresh(ask)


def remove_address(ask: StaffAsk, person: int, channel: Channel, address: str) -> None:
    """Whoever writes from this address is no longer this person. `Refused` if it is not theirs."""
    office_only(ask)
    _member(ask, person)
    if not ask.store.remove_address(person, channel, address):
        raise Refused(ask.say("directory_no_address", address=address))
    _log(ask, "address_removed", person, channel=channel.value)
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
    said = within(ask, "备注", " ".join(note.split()), _LONGEST_NOTE)
    ask.store.set_card(ContactCard(person, plain, said))
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
        key = f"{TEST}{person}:{row_key(ask.inbound)}:{place}"
        drafts.append(Draft(key, channel, person, address, body))
    ask.store.queue(drafts, ask.clerk.machine_now())
    _log(ask, "test_sent", person)
    return tuple(roads)


def preview_people(ask: StaffAsk, rows: Sequence[Row]) -> PeoplePreview:
    """The people in the rows of a table, and what is wrong with them; changes nothing. The office's alone."""
    office_only(ask)
    people, wrong = read_people(ask.clerk.campaign, rows)
    said = [(number, ask.say(key)) for number, key in wrong]
    members = {one.person: one for one in ask.store.members()}
    staff = {address: members[person] for address, person in ask.store.staff_addresses().items()}
    for one in people:
        owners = (staff.get((channel.value, address)) for channel, address in _given(one))
        if conflict := _conflict(ask, one.name, [owner for owner in owners if owner]):
            said.append((one.number, conflict))
    problems = (
        problem if number == 0 else ask.say("people_row", row=number, problem=problem)
        for number, problem in sorted(said)
    )
    return PeoplePreview(people, tuple(problems))


def checked_people(ask: StaffAsk, rows: Sequence[Row]) -> tuple[PersonRow, ...]:
    """Everybody in the rows, for `import_people`. `Refused` with every problem there is."""
    read = preview_people(ask, rows)
    if read.problems:
        raise Refused("\n".join(read.problems))
    return read.people


def import_people(ask: StaffAsk, rows: Sequence[PersonRow]) -> int:
    """Give everybody in these rows their role, once however often; how many. `Refused`, and nobody then, if one
    of them cannot have it. That they have it is known at the next look at roles (`refresh`)."""
    office_only(ask)
    for one in rows:
        person = _give(ask, one.name, one.post, _given(one))
        if one.phone or one.note:
            set_telephone(ask, person, one.phone, one.note)
    return len(rows)


def _given(row: PersonRow) -> list[Address]:
    both = ((Channel.WECOM, row.userid), (Channel.MAIL, row.mail))
    return [(channel, address) for channel, address in both if address]


# addresses


def _known(ask: StaffAsk, name: str, post: Post, addresses: Sequence[Address]) -> int:
    """The person meant, all of whose addresses these are afterwards.

    By an address that somebody with a role has; else whoever of that name has the post already; else somebody new.
    """
    found = (ask.store.member_at(channel, address) for channel, address in addresses)
    owners = [one for one in found if one is not None]
    if conflict := _conflict(ask, name, owners):
        raise Refused(conflict)
    alike = owners or ask.store.members(post.role, post.body, name)
    if alike:
        person = alike[0].person
    elif addresses:
        channel, address = addresses[0]
        person = ask.store.visitor(channel, address, name, ask.now).person.id
    else:
        person = ask.store.new_person(name, ask.now)
    for other in addresses:
        bind(ask, person, other)
    return person


def _conflict(ask: StaffAsk, name: str, owners: Sequence[Membership]) -> str:
    """Why addresses of these cannot be those of one person of this name; "" if they can."""
    names = {one.person: one.name for one in owners}
    if len(names) > 1 or any(known not in ("", name) for known in names.values()):
        return ask.say("directory_taken", name="、".join(dict.fromkeys(names.values())))
    return ""


def bind(ask: StaffAsk, person: int, address: Address) -> None:
    """Let an address stand for a person. `Refused` if it is somebody else's."""
    if address in ask.store.addresses(person):
        return
    channel, where = address
    if owner := ask.store.member_at(channel, where):
        raise Refused(ask.say("directory_taken", name=owner.name))
    if not ask.store.bind(person, channel, where):
        raise Refused(ask.say("directory_applicant", address=where))
    _log(ask, "address_added", person, channel=channel.value)


def clean(ask: StaffAsk, address: Address) -> Address:
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


def _log(ask: StaffAsk, action: str, person: int, **details: str) -> None:
    log(ask, action, None, **{"for": str(person)}, **details)
