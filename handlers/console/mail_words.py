"""How the pages about mail say what mails and messages are. Pure."""

from __future__ import annotations

from bot.console.outbox_log import Sending
from bot.model.mail import FileKind
from bot.model.message import (
    Body,
    Card,
    CardUpdate,
    ConsoleLinkOrder,
    File,
    FormOrder,
    Mail,
    OpinionOrder,
    PageOrder,
    Recall,
    SelfCheckOrder,
    Text,
    VisitOrder,
)

OUTCOMES = (
    ("", "全部"),
    ("quarantine", "待认领"),
    ("filed", "已归档"),
    ("duplicate", "重复"),
    ("automatic", "自动回复"),
    ("rejected", "作废或退回"),
    ("unreadable", "无法读取"),
    ("new", "正在读取"),
)
KINDS = {FileKind.DECK: "申报报告", FileKind.SCAN: "盖章扫描件", FileKind.OTHER: "与本单位申报无关"}
"""What a person may say a file is."""

STATES = (
    ("trouble", "需要处理"),
    ("open", "等待发出"),
    ("failed", "发送失败"),
    ("unsure", "是否送达不明"),
    ("sent", "已发出"),
    ("cancelled", "已取消"),
    ("", "全部"),
)
CHANNELS = {"wecom": "企业微信", "mail": "邮件", "replay": "回放", "console": "工作台"}
SENDINGS = {
    Sending.REPLY: "答复",
    Sending.REMINDER: "催办提醒",
    Sending.NOTICE: "通知",
    Sending.VISIT: "实地验收",
    Sending.ACT: "办理结果",
    Sending.TEST: "试发",
    Sending.ALARM: "告警",
    Sending.OTHER: "其他",
}


def body_words(body: Body) -> str:
    """What a message says, as far as it says anything by itself."""
    match body:
        case Text(text):
            return text
        case Card(_, title, text):
            return f"{title}\n{text}".strip()
        case Mail(subject, text):
            return f"{subject}\n{text}"
        case File(_, name):
            return f"文件：{name}"
        case CardUpdate():
            return "按钮状态更新"
        case Recall():
            return "撤回消息"
        case FormOrder():
            return "申报表文件"
        case PageOrder():
            return "申报页面链接"
        case SelfCheckOrder():
            return "自查表文件"
        case OpinionOrder():
            return "推荐意见页文件"
        case ConsoleLinkOrder():
            return "工作台登录链接"
        case VisitOrder():
            return "验收日程文件"
