"""Orders about people by chat: inviting, taking up, handing over and taking back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.script import simplify
from bot.model.message import Channel
from bot.model.staff import Invitation, Membership, Role
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused
from bot.staff.invited import take_contacts
from bot.staff.people import (
    VALID_DAYS,
    Invited,
    abilities,
    end_handed_over,
    end_roles,
    hand_over,
    invite,
    log_role,
    post_label,
    refresh,
    refused,
    take_back,
)
from bot.staff.people_words import (
    HandOver,
    Help,
    Invite,
    InviteDeputy,
    ListPeople,
    Post,
    TakeBack,
    TakeUp,
    code_hash,
    read_people_order,
    read_post,
)
from bot.staff.tell import tell
from bot.work.carry_out import row_key


def invitation_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """邀请码 …: the only order that somebody without a role may give. Over WeCom only."""
    order = read_people_order(text)
    if not isinstance(order, TakeUp) or ask.inbound.channel is not Channel.WECOM:
        return None
    return _take_up(ask, order.code)


def people_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """Orders about people, of somebody with a role."""
    try:
        return _carried_out(ask, text)
    except Refused as why:
        return answer(str(why))


def _carried_out(ask: StaffAsk, text: str) -> StaffAnswer | None:
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
    _replace_by_name(ask, invitation)
    if invitation.role is Role.BODY and not invitation.deputy:
        end_roles(ask, [own for own in ask.roles if own.body == invitation.body and own.deputy])
    ask.store.add_member(person, invitation.role, invitation.body, invitation.deputy, ask.now)
    log_role(ask, "member_added", person, invitation.role, invitation.body, digest[:16])
    name = ask.person.name or invitation.name
    end_handed_over(ask, digest, name)
    take_contacts(ask, digest)
    refresh(ask)
    label = post_label(clerk.campaign, invitation.role, invitation.body, invitation.deputy)
    _tell_joined(ask, name, invitation, label)
    roles = ask.store.memberships(person)
    welcome = ask.say("staff_welcome", name=invitation.name, post=label, title=clerk.campaign.title)
    return answer(f"{welcome}\n\n{abilities(clerk.campaign, roles)}")


def _replace_by_name(ask: StaffAsk, invitation: Invitation) -> None:
    """Whoever was known by name only until now is the one who takes the invitation up."""
    for one in ask.store.members(invitation.role, invitation.body):
        if (
            one.name == invitation.name
            and one.person != ask.person.id
            and not ask.store.addresses(one.person)
        ):
            ask.store.end_member(one.id, ask.now)
            ask.store.end_sessions(one.person)


def _tell_joined(ask: StaffAsk, name: str, invitation: Invitation, label: str) -> None:
    """The office, and for a deputy the body's contact, learn who took up a role, and from which account."""
    people = [one.person for one in ask.store.members(Role.OFFICE)]
    if invitation.deputy:
        people += [one.person for one in ask.store.members(Role.BODY, invitation.body) if not one.deputy]
    text = ask.say("staff_joined", name=name, invited=invitation.name, account=ask.inbound.sender, post=label)
    for person in dict.fromkeys(people):
        if person != ask.person.id:
            tell(ask.store, ask.clerk, person, f"{row_key(ask.inbound)}#joined:{person}", text)


# inviting, handing over, taking back


def _invite(ask: StaffAsk, name: str, role: str) -> StaffAnswer:
    if not ask.is_office:
        return answer(refused(ask))
    post = read_post(ask.clerk.campaign, role)
    if post is None:
        return answer(ask.say("staff_invite_whom", role=role[:40]))
    return _invited(ask, name, invite(ask, name, post), "staff_invited")


def _invite_deputy(ask: StaffAsk, name: str) -> StaffAnswer:
    own = _contact_of(ask)
    if len(own) != 1:
        return answer(ask.say("staff_which_body") if own or ask.is_office else refused(ask))
    offered = invite(ask, name, Post(Role.BODY, own[0].body, True))
    return _invited(ask, name, offered, "staff_invited")


def _hand_over(ask: StaffAsk, name: str) -> StaffAnswer:
    own = _contact_of(ask)
    if len(own) != 1:
        return answer(ask.say("staff_which_body") if own else refused(ask))
    offered = hand_over(ask, own[0], name)
    if offered is None:
        return answer(ask.say("staff_handed_over", name=name))
    return _invited(ask, name, offered, "staff_hand_over_invited")


def _invited(ask: StaffAsk, name: str, offered: Invited, phrase: str) -> StaffAnswer:
    """What the inviter is told, and what they may pass on as it is."""
    return answer(ask.say(phrase, name=name, post=offered.label, days=VALID_DAYS), offered.message)


def _take_back(ask: StaffAsk, name: str, role: str) -> StaffAnswer:
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
    take_back(ask, found)
    return answer(ask.say("staff_taken_back", name=name, posts=_lines(ask, found)))


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


def _contact_of(ask: StaffAsk) -> list[Membership]:
    return [one for one in ask.roles if one.role is Role.BODY and not one.deputy]
