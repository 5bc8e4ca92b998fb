"""Who has which role: acts of the office and of a body's contact, for chat and console.

The office gives and takes every role; a body's contact invites its deputies and hands its own place over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.dialogue.script import simplify
from bot.model.message import Channel
from bot.model.staff import Invitation, Membership, Role
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.lengths import NAME, within
from bot.staff.people_words import Post, code_from, code_hash
from bot.staff.standing import log
from bot.staff.tell import tell
from bot.work.carry_out import row_key
from config.campaign import Campaign

VALID_DAYS = 30
_MADE = "invited:"  # settings: code hash → "1" of invitations made by a form
_HANDOVER = "handover:"  # settings: code hash → id of the membership that ends when the code is used


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was kept. `code` is told once and kept nowhere."""

    code: str
    label: str  # the post: 宝丰县人民政府推荐工作联系人
    message: str  # for the person who is invited, to be passed on as it is


def make_invitation(chance: str, name: str, post: Post, machine_now: datetime) -> tuple[str, Invitation]:
    """A code from random hexadecimal digits, and the invitation it stands for."""
    expires = machine_now + timedelta(days=VALID_DAYS)
    return code_from(chance), Invitation(post.role, post.body, post.deputy, name, expires)


def post_label(campaign: Campaign, role: Role, body: str, deputy: bool) -> str:
    """宝丰县人民政府推荐联系人, 市办公室工作人员, …"""
    names = {known.id: known.name for known in campaign.bodies}
    if role is Role.BODY:
        key = "staff_body_deputy" if deputy else "staff_body_contact"
        return campaign.phrases[key].format(body=names.get(body, body))
    return campaign.phrases[f"staff_post_{role.value}"].format(office=campaign.contact.office_short)


def abilities(campaign: Campaign, roles: Sequence[Membership]) -> str:
    """What somebody with these roles can do, told when they begin and when they ask."""
    kinds = dict.fromkeys(one.role for one in roles)
    texts = [campaign.phrases[f"staff_can_{role.value}"] for role in kinds]
    return "\n\n".join(texts)


def refused(ask: StaffAsk) -> str:
    """The answer to an order of another role's; it says nothing of what there is."""
    contact = ask.clerk.campaign.contact
    return ask.say("staff_not_yours", office=contact.office_short, phone=contact.phone)


def office_only(ask: StaffAsk) -> None:
    """`Refused` for everybody but the office (I9, I14)."""
    if not ask.is_office:
        raise Refused(refused(ask))


# acts


def invite(ask: StaffAsk, name: str, post: Post) -> Invited:
    """An invitation to a post: by the office to any, by a body's contact to that of its deputies. `Refused` else.

    One form makes one invitation, however often it is sent: its code comes from the form's own random key.
    """
    is_own_deputy = post.role is Role.BODY and post.deputy and post.body in _own_bodies(ask)
    if not (ask.is_office or is_own_deputy):
        raise Refused(refused(ask))
    return _offer(ask, name, post)


def hand_over(ask: StaffAsk, leaving: Membership, name: str) -> Invited | None:
    """Let somebody take a contact's place: by the contact, or by the office for them. `Refused` for anybody else.

    A deputy of that name takes it at once (None); everybody else by an invitation, until which nothing changes.
    """
    if leaving.role is not Role.BODY or leaving.deputy or not (_is_own(ask, leaving) or ask.is_office):
        raise Refused(refused(ask))
    members = ask.store.members(Role.BODY, leaving.body)
    deputies = [one for one in members if one.deputy and simplify(one.name) == simplify(name)]
    if len(deputies) != 1:
        return _offer(ask, name, Post(Role.BODY, leaving.body), leaving.id)
    deputy = deputies[0]
    end_roles(ask, [deputy, leaving])
    ask.store.add_member(deputy.person, Role.BODY, leaving.body, False, ask.now)
    log_role(ask, "member_added", deputy.person, Role.BODY, leaving.body)
    refresh(ask)
    label = post_label(ask.clerk.campaign, Role.BODY, leaving.body, False)
    who = ask.person.label if _is_own(ask, leaving) else leaving.name
    text = ask.say("staff_promoted", post=label, name=who)
    tell(ask.store, ask.clerk, deputy.person, f"{row_key(ask.inbound)}#promoted", text)
    if not _is_own(ask, leaving):
        tell_handed_over(ask, leaving, deputy.name)
    return None


def take_back(ask: StaffAsk, members: Sequence[Membership]) -> None:
    """End roles at once: the next message of whoever loses one is read without it. The office's alone.

    `Refused` if nobody would be left in the office.
    """
    office_only(ask)
    ended = {one.id for one in members}
    if all(one.id in ended for one in ask.store.members(Role.OFFICE)):
        raise Refused(ask.say("staff_last_office", office=ask.clerk.campaign.contact.office_short))
    end_roles(ask, members)
    refresh(ask)


def end_handed_over(ask: StaffAsk, digest: str, name: str) -> None:
    """Whoever handed their place over leaves it when it is taken."""
    membership = ask.store.setting(_HANDOVER + digest)
    if not membership:
        return
    ask.store.set_setting(_HANDOVER + digest, "")
    leaving = [one for one in ask.store.members() if one.id == int(membership)]
    end_roles(ask, leaving)
    for one in leaving:
        tell_handed_over(ask, one, name)


def tell_handed_over(ask: StaffAsk, leaving: Membership, name: str) -> None:
    """Somebody learns who has their place now."""
    text = ask.say("staff_handed_over", name=name)
    tell(ask.store, ask.clerk, leaving.person, f"{row_key(ask.inbound)}#left:{leaving.id}", text)


def _offer(ask: StaffAsk, name: str, post: Post, leaving: int | None = None) -> Invited:
    within(ask, "姓名", name, NAME)
    code, invitation = make_invitation(_chance(ask, name, post), name, post, ask.clerk.machine_now())
    digest = code_hash(code)
    if ask.store.setting(_MADE + digest):
        return _told(ask, code, name, post)
    ask.store.invite(digest, invitation)
    if ask.inbound.channel is Channel.CONSOLE:
        ask.store.set_setting(_MADE + digest, "1")
    if leaving is not None:
        ask.store.set_setting(_HANDOVER + digest, str(leaving))
    log_role(ask, "invited", None, post.role, post.body, digest[:16])
    return _told(ask, code, name, post)


def _chance(ask: StaffAsk, name: str, post: Post) -> str:
    """At least 16 random hexadecimal digits."""
    if ask.inbound.channel is not Channel.CONSOLE:
        return ask.clerk.new_id()
    parts = (row_key(ask.inbound), name, post.role.value, post.body, str(post.deputy))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _told(ask: StaffAsk, code: str, name: str, post: Post) -> Invited:
    campaign = ask.clerk.campaign
    label = post_label(campaign, post.role, post.body, post.deputy)
    message = ask.say("staff_invitation", name=name, post=label, title=campaign.title, code=code)
    return Invited(code, label, message)


def _is_own(ask: StaffAsk, membership: Membership) -> bool:
    return membership.person == ask.person.id


def _own_bodies(ask: StaffAsk) -> tuple[str, ...]:
    """The bodies whose contact this person is."""
    return tuple(one.body for one in ask.roles if one.role is Role.BODY and not one.deputy)


def end_roles(ask: StaffAsk, members: Sequence[Membership]) -> None:
    """End roles at once."""
    for one in members:
        ask.store.end_member(one.id, ask.now)
        log_role(ask, "member_ended", one.person, one.role, one.body)


def refresh(ask: StaffAsk) -> None:
    """This process knows at once; the others with their next tick, and every turn asks the store anyway."""
    ask.clerk.staff.take(ask.store.staff_addresses())


def log_role(
    ask: StaffAsk, action: str, person: int | None, role: Role, body: str, invitation: str = ""
) -> None:
    """Who gave or took which role, without names."""
    about = {"for": str(person)} if person is not None else {}
    about |= {"invitation": invitation} if invitation else {}
    log(ask, action, role=role.value, body=body, **about)
