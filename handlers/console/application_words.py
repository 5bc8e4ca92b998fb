"""What the page of one application says of each event on record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.console.audit_words import changed_labels
from bot.console.history import Happened, Piece, What, differences, excerpt
from bot.model.application import Printed
from bot.model.message import Body, Card, File, Mail, Text
from bot.model.staff import Paper
from bot.ports_console import (
    ClericalNote,
    ListedAudit,
    ListedMail,
    ListedMessage,
    RevisedBy,
    Said,
)
from config.campaign import Campaign
from handlers.console.tones import MAILS, MESSAGES, STAGES

KINDS = {
    "mail": "来信",
    "talk": "对话",
    "sent": "通知与送达",
    "change": "修改",
    "paper": "打印与纸质件",
    "note": "记事",
    "record": "办理记录",
}
MATERIALS = {
    "deck": "申报报告",
    "form": "申报表",
    "scan": "盖章扫描件",
    "archive": "压缩包",
    "inline": "图片",
    "other": "其他",
}
STATES = {
    "held": "待工作人员确认",
    "queued": "待发送",
    "sending": "正在发送",
    "waiting": "稍后重发",
    "sent": "已送达",
    "failed": "未送达",
    "unsure": "是否送达不明",
    "cancelled": "已取消",
}
OUTCOMES = {
    "new": "待处理",
    "filed": "已归档",
    "duplicate": "重复来信",
    "quarantine": "待人工确认",
    "automatic": "自动回复",
    "rejected": "已退回",
    "unreadable": "无法读取",
}
CHANNELS = {"wecom": "企业微信", "mail": "邮件", "console": "工作台", "replay": "演示", "": "系统"}
ACTS = {
    "view": "查看",
    "view_mail": "查看来信",
    "note": "记事",
    "paper": "登记纸质件",
    "print_opinion": "打印推荐意见页",
    "rank": "调整推荐顺序",
    "route": "变更推荐渠道",
    "choose_route": "确定推荐渠道",
    "declare": "两项声明",
    "send_package": "上报推荐包",
    "propose_package": "来信提出推荐包",
    "visit_planned": "安排实地验收",
    "enter_review": "登记评审",
    "decide_result": "拟定入选意见",
    "register_objection": "登记异议",
    "hand_over_plaque": "授牌登记",
    "link_fetched": "保存来信链接中的文件",
    "late_pending": "超过截止时间",
    "revise": "填写、修改",
    "start": "开始申报",
    "transfer": "更换填报人",
    "export": "导出",
}
_FACTS = {"due": "期限", "code": "打印码"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the course. `link` leads to a page of its own, for the office."""

    at: datetime
    kind: str  # a key of KINDS
    who: str
    title: str
    text: str = ""
    answers: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    state: str = ""
    tone: str = "mute"
    link: str = ""


def kind_of(what: What) -> str:
    """Which of KINDS it is."""
    match what:
        case RevisedBy():
            return "change"
        case Said():
            return "talk"
        case ListedMail():
            return "mail"
        case ListedMessage():
            return "sent"
        case ListedAudit():
            return "record"
        case ClericalNote():
            return "note"
        case Printed() | Paper():
            return "paper"


def event(campaign: Campaign, happened: Happened) -> Event:
    """What happened, in words."""
    at, kind = happened.at, kind_of(happened.what)
    match happened.what:
        case RevisedBy(_, _, name, channel, change):
            labels = {field.id: field.label for field in campaign.form.fields}
            verb = "修改" if change.previous else "填写"
            title = f"{verb}“{labels.get(change.field, change.field)}”"
            pieces = excerpt(differences(change.previous, change.value))
            return Event(at, kind, _by(name, channel), title, pieces=pieces)
        case Said() as said:
            text = said.text or "（非文字消息，或单位自查内容，不显示）"
            state = ("处理失败", "bad") if said.failed else ("", "mute")
            return Event(at, kind, _by(said.name, said.channel), "来言", text, said.replies, (), *state)
        case ListedMail() as mail:
            words, tone = OUTCOMES[mail.outcome.value], MAILS[mail.outcome.value]
            who = mail.sender_name or mail.sender
            files = f"附件 {mail.files} 个" if mail.files else ""
            title = f"来信：{mail.subject or '（无主题）'}"
            return Event(at, kind, who, title, files, (), (), words, tone, f"/console/mail/{mail.mail}")
        case ListedMessage() as sent:
            words, tone = STATES[sent.state], MESSAGES[sent.state]
            title = f"发给{sent.name or sent.address}（{CHANNELS.get(sent.channel, sent.channel)}）"
            return Event(at, kind, "系统", title, body_words(sent.body), (), (), words, tone)
        case ListedAudit() as entry:
            who = _by(entry.name or "系统", entry.channel)
            return Event(at, kind, who, act_words(campaign, entry), facts(campaign, entry))
        case ClericalNote() as note:
            return Event(at, kind, note.name, "记事", note.text)
        case Printed() as printed:
            return Event(at, kind, "系统", f"生成打印件，打印码 {printed.code}")
        case Paper() as paper:
            code = f"，打印码 {paper.code}" if paper.code else "，无打印码"
            return Event(
                at, kind, campaign.contact.office_short, f"收到纸质件{code}，送件人 {paper.brought_by}"
            )


def act_words(campaign: Campaign, entry: ListedAudit) -> str:
    """What an act on record is called: as its arrow is, else by its own name."""
    moved = entry.details.get("to"), entry.details.get("from")
    for arrow in campaign.arrows:
        if arrow.action == entry.action and (arrow.target, arrow.source) == moved:
            return arrow.label
    labels = {arrow.action: arrow.label for arrow in campaign.arrows}
    return ACTS.get(entry.action) or labels.get(entry.action) or "其他操作"


def facts(campaign: Campaign, entry: ListedAudit) -> str:
    """What the log says beside the act: stages, fields, a due date, a print code. It never holds values."""
    stages = {stage.id: stage.label for stage in campaign.stages}
    before, after = (stages.get(entry.details.get(key, ""), "") for key in ("from", "to"))
    said = [f"{before} → {after}"] if before and after else []
    said += [labels] if (labels := changed_labels(campaign, entry.details)) else []
    said += [f"{label} {entry.details[key]}" for key, label in _FACTS.items() if entry.details.get(key)]
    return "，".join(said)


def channel_words(channel: str) -> str:
    return CHANNELS.get(channel, channel)


def body_words(body: Body) -> str:
    """A message to send, as text."""
    match body:
        case Text(text):
            return text
        case Card(_, title, text):
            return f"{title}\n{text}"
        case File(_, name):
            return f"文件：{name}"
        case Mail() as mail:
            files = "".join(f"\n附件：{file.name}" for file in mail.files)
            return f"主题：{mail.subject}\n{mail.text}{files}"
    return "（文件、链接或卡片，发送时生成）"


def _by(name: str, channel: str) -> str:
    words = CHANNELS.get(channel, channel)
    return f"{name}（{words}）" if channel else name


def tones_of(is_office: bool) -> Mapping[str, str]:
    """The colours of stages by their ids. To others than the office a veto is one of those not selected."""
    return STAGES if is_office else {**STAGES, "vetoed": STAGES["not_selected"]}
