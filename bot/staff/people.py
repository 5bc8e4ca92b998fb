"""Who has which role: inviting, taking up, handing over and taking back, by chat.

The office gives and takes every role; a body's contact invites its deputies and hands its own place over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.dialogue.script import simplify
from bot.model.application import AuditEntry
from bot.model.message import Channel
from bot.model.staff import Invitation, Membership, Role
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.people_words import (
    HandOver,
    Help,
    Invite,
    InviteDeputy,
    ListPeople,
    Post,
    TakeBack,
    TakeUp,
    code_from,
    code_hash,
    read_people_order,
    read_post,
)
from bot.staff.tell import tell
from bot.work.carry_out import row_key
from config.campaign import Campaign

VALID_DAYS = 30
_HANDOVER = "handover:"  # settings: code hash → id of the membership that ends when the code is used


def invitation_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """邀请码 …: the only order that somebody without a role may give. Over WeCom only."""
    order = read_people_order(text)
    if not isinstance(order, TakeUp) or ask.inbound.channel is not Channel.WECOM:
        return None
    return _take_up(ask, order.code)


def people_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """Orders about people, of somebody with a role."""
    match read_people_order(text):
        case Invite(name, role):
            return _invite(ask, name, role)
        case InviteDeputy(name):
            return _invite_deputy(ask, name)
        case HandOver(name):
            return _hand_over(ask, name)
        case TakeBack(name, role):
            return _take_back(ask, name, role)
        case ListPeople():
            return _list(ask)
        case Help():
            return answer(abilities(ask.clerk.campaign, ask.roles))
        case _:
            return None


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


# taking up


def _take_up(ask: StaffAsk, code: str) -> StaffAnswer:
    clerk, now = ask.clerk, ask.clerk.machine_now()
    if not clerk.staff.may_try(ask.inbound.sender, now):
        return answer(ask.say("staff_code_wait"))
    digest = code_hash(code) if code else ""
    invitation = ask.store.take_invitation(digest, now) if digest else None
    if invitation is None:
        clerk.staff.count_wrong(ask.inbound.sender, now)
        contact = clerk.campaign.contact
        return answer(ask.say("staff_code_wrong", office=contact.office_short, phone=contact.phone))
    person = ask.person.id
    if not ask.person.name:  # so that lists show somebody, not an account
        ask.store.visitor(ask.inbound.channel, ask.inbound.sender, invitation.name, ask.now)
    if invitation.role is Role.BODY and not invitation.deputy:
        _end(ask, [own for own in ask.roles if own.body == invitation.body and own.deputy])
    ask.store.add_member(person, invitation.role, invitation.body, invitation.deputy, ask.now)
    _log(ask, "member_added", person, invitation.role, invitation.body, digest[:16])
    name = ask.person.name or invitation.name
    _end_handed_over(ask, digest, name)
    _refresh(ask)
    label = post_label(clerk.campaign, invitation.role, invitation.body, invitation.deputy)
    _tell_joined(ask, name, invitation, label)
    roles = ask.store.memberships(person)
    welcome = ask.say("staff_welcome", name=invitation.name, post=label, title=clerk.campaign.title)
    return answer(f"{welcome}\n\n{abilities(clerk.campaign, roles)}")


def _end_handed_over(ask: StaffAsk, digest: str, name: str) -> None:
    """Whoever handed their place over leaves it when it is taken."""
    membership = ask.store.setting(_HANDOVER + digest)
    if not membership:
        return
    ask.store.set_setting(_HANDOVER + digest, "")
    leaving = [one for one in ask.store.members() if one.id == int(membership)]
    _end(ask, leaving)
    for one in leaving:
        text = ask.say("staff_handed_over", name=name)
        tell(ask.store, ask.clerk, one.person, f"{row_key(ask.inbound)}#left:{one.id}", text)


def _tell_joined(ask: StaffAsk, name: str, invitation: Invitation, label: str) -> None:
    """The office, and for a deputy the body's contact, learn who took up a role, and from which account."""
    people = [one.person for one in ask.store.members(Role.OFFICE)]
    if invitation.deputy:
        people += [one.person for one in ask.store.members(Role.BODY, invitation.body) if not one.deputy]
    text = ask.say("staff_joined", name=name, invited=invitation.name, account=ask.inbound.sender, post=label)
    for person in dict.fromkeys(people):
        if person != ask.person.id:
            tell(ask.store, ask.clerk, person, f"{row_key(ask.inbound)}#joined:{person}", text)


# inviting


def _invite(ask: StaffAsk, name: str, role: str) -> StaffAnswer:
    if not ask.is_office:
        return answer(refused(ask))
    post = read_post(ask.clerk.campaign, role)
    if post is None:
        return answer(ask.say("staff_invite_whom", role=role[:40]))
    return answer(*_offer(ask, name, post))


def _invite_deputy(ask: StaffAsk, name: str) -> StaffAnswer:
    own = _contact_of(ask)
    if len(own) != 1:
        return answer(ask.say("staff_which_body") if own or ask.is_office else refused(ask))
    return answer(*_offer(ask, name, Post(Role.BODY, own[0].body, True)))


def _offer(ask: StaffAsk, name: str, post: Post, leaving: int | None = None) -> tuple[str, str]:
    """Keep an invitation; what the inviter is told, and what they may pass on as it is."""
    code, invitation = make_invitation(ask.clerk.new_id(), name, post, ask.clerk.machine_now())
    digest = code_hash(code)
    ask.store.invite(digest, invitation)
    if leaving is not None:
        ask.store.set_setting(_HANDOVER + digest, str(leaving))
    _log(ask, "invited", None, post.role, post.body, digest[:16])
    campaign = ask.clerk.campaign
    label = post_label(campaign, post.role, post.body, post.deputy)
    key = "staff_invited" if leaving is None else "staff_hand_over_invited"
    told = ask.say(key, name=name, post=label, days=VALID_DAYS)
    return told, ask.say("staff_invitation", name=name, post=label, title=campaign.title, code=code)


# handing over and taking back


def _hand_over(ask: StaffAsk, name: str) -> StaffAnswer:
    own = _contact_of(ask)
    if len(own) != 1:
        return answer(ask.say("staff_which_body") if own else refused(ask))
    leaving = own[0]
    deputies = [
        one for one in ask.store.members(Role.BODY, leaving.body) if one.deputy and simplify(one.name) == name
    ]
    if len(deputies) != 1:
        post = Post(Role.BODY, leaving.body)
        return answer(*_offer(ask, name, post, leaving.id))
    deputy = deputies[0]
    _end(ask, [deputy, leaving])
    ask.store.add_member(deputy.person, Role.BODY, leaving.body, False, ask.now)
    _log(ask, "member_added", deputy.person, Role.BODY, leaving.body)
    _refresh(ask)
    label = post_label(ask.clerk.campaign, Role.BODY, leaving.body, False)
    text = ask.say("staff_promoted", post=label, name=ask.person.label)
    tell(ask.store, ask.clerk, deputy.person, f"{row_key(ask.inbound)}#promoted", text)
    return answer(ask.say("staff_handed_over", name=name))


def _take_back(ask: StaffAsk, name: str, role: str) -> StaffAnswer:
    """At once: the next message of whoever loses the role is read without it."""
    if not ask.is_office:
        return answer(refused(ask))
    post = read_post(ask.clerk.campaign, role) if role else None
    found = [one for one in ask.store.members() if simplify(one.name) == name]
    if post is not None:
        found = [one for one in found if (one.role, one.body) == (post.role, post.body)]
    if not found or (role and post is None):
        return answer(ask.say("staff_no_such_member", name=name))
    if len({one.person for one in found}) > 1:
        return answer(ask.say("staff_several_members", name=name, posts=_lines(ask, found)))
    left = [one for one in ask.store.members(Role.OFFICE) if one not in found]
    if not left:
        return answer(ask.say("staff_last_office", office=ask.clerk.campaign.contact.office_short))
    posts = _lines(ask, found)
    _end(ask, found)
    _refresh(ask)
    return answer(ask.say("staff_taken_back", name=name, posts=posts))


def _list(ask: StaffAsk) -> StaffAnswer:
    if ask.is_office:
        members = ask.store.members()
    elif ask.bodies:
        members = [one for body in ask.bodies for one in ask.store.members(Role.BODY, body)]
    else:
        return answer(refused(ask))
    return answer(ask.say("staff_members", count=len(members), posts=_lines(ask, members)))


def _lines(ask: StaffAsk, members: Sequence[Membership]) -> str:
    campaign = ask.clerk.campaign
    return "\n".join(
        f"{one.name or ask.say('staff_nameless')}：{post_label(campaign, one.role, one.body, one.deputy)}"
        for one in members
    )


def refused(ask: StaffAsk) -> str:
    """The answer to an order of another role's; it says nothing of what there is."""
    contact = ask.clerk.campaign.contact
    return ask.say("staff_not_yours", office=contact.office_short, phone=contact.phone)


def _contact_of(ask: StaffAsk) -> list[Membership]:
    return [one for one in ask.roles if one.role is Role.BODY and not one.deputy]


def _end(ask: StaffAsk, members: Sequence[Membership]) -> None:
    for one in members:
        ask.store.end_member(one.id, ask.now)
        _log(ask, "member_ended", one.person, one.role, one.body)


def _refresh(ask: StaffAsk) -> None:
    """This process knows at once; the others with their next tick, and every turn asks the store anyway."""
    ask.clerk.staff.take(ask.store.staff_addresses())


def _log(ask: StaffAsk, action: str, person: int | None, role: Role, body: str, invitation: str = "") -> None:
    details = {"role": role.value, "body": body}
    if person is not None:
        details["for"] = str(person)
    if invitation:
        details["invitation"] = invitation
    ask.store.audit([AuditEntry(action, None, ask.person.id, ask.inbound.channel, details)], ask.now)
