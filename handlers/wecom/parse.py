"""The decrypted XML of a callback, as an `Inbound`. Pure.

Messages are those of path/90239, events those of path/90240 of WeCom's documentation.
A type this module does not know becomes Kind.UNKNOWN, never an error: only XML without
a sender or a type is refused.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from bot.model.message import Channel, Inbound, Kind
from handlers.wecom.crypto import WeComRefused, parse_xml

SAYS = "say:"  # how the keys of our own buttons and menu items begin; the words follow

_KINDS = {
    "text": Kind.TEXT,
    "image": Kind.IMAGE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "file": Kind.FILE,  # undocumented for apps, but seen
    "location": Kind.LOCATION,
    "link": Kind.LINK,
    "event": Kind.EVENT,
}
_CLICKS = frozenset({"click", "template_card_event", "template_card_menu_event"})
_ENVELOPE = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId", "Event"})

# Events about the corp or the app. `unsubscribe` is here because nobody is left to talk to.
_NOBODY = frozenset(
    {
        "unsubscribe",
        "batch_job_result",
        "change_contact",
        "open_approval_change",
        "share_agent_change",
        "share_chain_change",
        "inactive_alert",
        "close_inactive_agent",
        "reopen_inactive_agent",
        "low_active_alert",
        "low_active",
        "active_restored",
    }
)
# Events whose passive reply may be a text (path/90241). A card's click is not among them.
_ANSWERED = frozenset(
    {
        "subscribe",
        "enter_agent",
        "LOCATION",
        "click",
        "view",
        "view_miniprogram",
        "scancode_waitmsg",
        "template_card_menu_event",
    }
)
_IDLE_ALARMS = {
    "inactive_alert": "企业微信提示：本应用长期未使用，即将被停用。",
    "close_inactive_agent": "企业微信已停用本应用（长期未使用），用户现在无法使用。",
    "low_active_alert": "企业微信提示：本应用活跃度低，即将被限制。",
    "low_active": "企业微信已将本应用列为低活跃应用，部分能力受限。",
}
_IDLE_ADVICE = "请登录企业微信管理后台→应用管理→本应用，按页面提示恢复使用。"


def parse(inner: bytes, arrived_at: datetime) -> Inbound:
    """The message or event in the inner XML; WeComRefused(400) if it has no type or no sender."""
    root = parse_xml(inner)
    sender = _text(root, "FromUserName")
    kind_name = _text(root, "MsgType")
    event = _text(root, "Event")
    if not kind_name or not (sender or event):
        raise WeComRefused(400, "message has no type or no sender")
    details = _details(root)
    kind = _KINDS.get(kind_name, Kind.UNKNOWN)
    text = root.findtext("Content") or ""
    words = _words_of_click(event, details)
    if words:
        kind, text = Kind.TEXT, words
    return Inbound(
        channel=Channel.WECOM,
        sender=sender,
        kind=kind,
        text=text,
        arrived_at=arrived_at,
        key=_key(root, sender, event),
        event=event,
        sent_at=_created(root),
        details=details,
    )


def concerns_a_person(inbound: Inbound) -> bool:
    """Whether somebody stands behind it who can be answered; if not, it must not open a conversation."""
    return inbound.sender not in ("", "sys") and inbound.event not in _NOBODY


def takes_text_reply(inbound: Inbound) -> bool:
    """Whether WeCom shows a text given back on the same connection; else the text has to be pushed."""
    return concerns_a_person(inbound) and (not inbound.event or inbound.event in _ANSWERED)


def idle_alarm(inbound: Inbound) -> str:
    """What to tell the administrator, by another road, when WeCom is about to switch the app off; "" else."""
    warning = _IDLE_ALARMS.get(inbound.event, "")
    return f"{warning}{_IDLE_ADVICE}" if warning else ""


def _words_of_click(event: str, details: dict[str, str]) -> str:
    key = details.get("EventKey", "")
    return key.removeprefix(SAYS) if event in _CLICKS and key.startswith(SAYS) else ""


def _key(root: Element, sender: str, event: str) -> str | None:
    """What a repeated delivery has in common with the first one."""
    if message_id := _text(root, "MsgId"):
        return f"wecom:msg:{message_id}"
    if not event:
        return None
    parts = (sender, _text(root, "CreateTime"), event, _text(root, "EventKey"), _text(root, "TaskId"))
    return "wecom:event:" + ":".join(parts)


def _created(root: Element) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(_text(root, "CreateTime")), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(root: Element, tag: str) -> str:
    return (root.findtext(tag) or "").strip()


def _details(root: Element) -> dict[str, str]:
    """Everything else by its tag; what is nested by both tags with a dot; a card's selection as JSON."""
    details: dict[str, str] = {}
    for child in root:
        if child.tag == "SelectedItems":
            details[child.tag] = _selection(child)
        elif len(child):
            details |= {f"{child.tag}.{leaf.tag}": leaf.text or "" for leaf in child}
        elif child.tag not in _ENVELOPE:
            details[child.tag] = child.text or ""
    return details


def _selection(items: Element) -> str:
    """{question key: [option ids]} as JSON."""
    chosen: dict[str, list[str]] = {}
    for item in items.iterfind("SelectedItem"):
        options = [option.text or "" for option in item.iterfind("OptionIds/OptionId")]
        chosen.setdefault(item.findtext("QuestionKey") or "", []).extend(options)
    return json.dumps(chosen, ensure_ascii=False)
