"""Commands, and the words that grant or drop what is pending (dialogue page §6, §7)."""

from __future__ import annotations

import re
from enum import StrEnum

GREETING = r"(?:您好|你好|大家好|各位(?:领导|老师)?好)呀?"
"""Words of greeting that may stand in front of anything."""


class Command(StrEnum):
    """What a whole message may order."""

    APPLY = "apply"
    ANOTHER = "another"
    MINE = "mine"
    PROGRESS = "progress"
    PREVIEW = "preview"
    BACK = "back"
    SKIP = "skip"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    RESTART = "restart"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    HELP = "help"
    DONE = "done"
    ASK_TAKEOVER = "ask_takeover"
    GRANT_TAKEOVER = "grant_takeover"
    REFUSE_TAKEOVER = "refuse_takeover"
    PRINT = "print"
    PAGE = "page"
    MORE = "more"
    SELF_CHECK = "self_check"
    SELF_CHECK_ANEW = "self_check_anew"
    SELF_CHECK_SHEET = "self_check_sheet"
    DECLARE = "declare"
    USE_NEW = "use_new"
    KEEP_OLD = "keep_old"
    RESTORE = "restore"


COMMANDS = {
    Command.APPLY: "我要申报 开始申报 申报 我要申请 我想申报",
    Command.ANOTHER: "另报一个单位 再报一个单位",
    Command.MINE: "我的申报",
    Command.PROGRESS: "进度 查进度 查询进度 查看进度 还差什么 还缺什么 还差哪些 还缺哪些 还差哪几项"
    " 还有哪些没填 还差啥 还缺啥 还差什么没填 还缺什么没填 还差哪些没填 看进度 看看进度",
    Command.PREVIEW: "预览 查看申报表 看一下申报表",
    Command.BACK: "上一步 返回上一步 上一项",
    Command.SKIP: "跳过 先跳过 跳过这项 不知道 不清楚 暂时没有",
    Command.SUBMIT: "提交 提交申报 确认提交 重新提交 报送 确认报送 重新报送",
    Command.CONFIRM: "确认 确定",
    Command.RESTART: "重新开始 重新填写 重新申报",
    Command.WITHDRAW: "撤回 撤回申报",
    Command.CANCEL: "取消",
    Command.PAUSE: "暂停 退出",
    Command.RESUME: "继续 继续填写 继续申报",
    Command.HELP: "帮助 菜单 使用说明",
    Command.DONE: "完 完毕 完了 结束 发完了",
    Command.ASK_TAKEOVER: "申请接手",
    Command.GRANT_TAKEOVER: "同意接手",
    Command.REFUSE_TAKEOVER: "拒绝接手",
    Command.PRINT: "打印 下载申报表 申报表 打印申报表 生成申报表 确认打印",
    Command.PAGE: "我的页面",
    Command.MORE: "更多",
    Command.SELF_CHECK: "自查 开始自查 继续自查 我要自查 自查自评 自评",
    Command.SELF_CHECK_ANEW: "重新自查",
    Command.SELF_CHECK_SHEET: "自查表 打印自查表 下载自查表",
    Command.DECLARE: "声明 两项声明 作声明 我要声明",
    Command.USE_NEW: "用新版 用这一版 使用新版 用新的",
    Command.KEEP_OLD: "不用新版 不用这一版 不使用新版 不用新的",
    Command.RESTORE: "恢复上一版 用上一版 恢复旧版",
}
_KINDS = r"申报报告|报告|PPTX?|演示文稿|幻灯片|申报表|盖章扫描件|盖章件|扫描件"
_PLACE = r"[0-9]{1,2}|[一二三四五六七八九十]"
_PLACES = rf"第?(?:{_PLACE})(?:(?:和|与|及|[、，,\s])+第?(?:{_PLACE}))*(?:份|个|项|件|版)?"
_NEW = r"(?:新版|新的|新收到的)"
_WHICH_NEW = re.compile(
    rf"(?:我要|请|就)?(?:采用|使用|用)(?:"
    rf"{_NEW}[\s:：，,]*(?P<after>全部|所有|都用|{_KINDS}|{_PLACES})"
    rf"|(?P<kind>{_KINDS})的?{_NEW}"
    rf"|(?P<place>第(?:{_PLACE})(?:份|个|项|件))(?:的?{_NEW})?)"
    rf"|(?P<all>全部|全都|都)(?:采用|使用|用){_NEW}",
    re.IGNORECASE,
)
_BY_WORD = {word: command for command, words in COMMANDS.items() for word in words.split()}
_LONGEST = 24  # characters of a message that may still be a command, its blanks and marks included
_HELLO = re.compile(rf"{GREETING}[，,。！!~～\s]*+")
_MARKS = " 。．.！!？?~～“”\"'「」『』‘’"

YES = frozenset(["确认", "确定", "是", "是的", "对"])
NO = frozenset(["取消", "否", "不", "算了"])


def read_command(plain: str) -> Command | None:
    """The command that the whole of a simplified message is, if any.

    A final 。！？ does not matter (§7), nor do a greeting in front and the quotation marks in which the bot
    names its commands.
    """
    if len(plain) > _LONGEST:
        return None
    known = _BY_WORD.get(_bare(plain)) or _BY_WORD.get(_bare(_HELLO.sub("", plain, count=1)))
    return known or (Command.USE_NEW if read_which_new(plain) else None)


def read_which_new(plain: str) -> str:
    """Which of several versions a simplified message wants used (用新版 2, 用新版申报表, 全部用新版): places,
    a kind, or 全部, as written; "" where it does not say.
    """
    bare = _HELLO.sub("", plain, count=1).strip(_MARKS)
    found = _WHICH_NEW.fullmatch(bare) if len(plain) <= _LONGEST else None
    return next((said.strip() for said in found.groups() if said), "") if found else ""


def is_yes(plain: str) -> bool:
    """Whether a simplified message grants what is pending."""
    return len(plain) <= _LONGEST and _bare(plain) in YES


def is_no(plain: str) -> bool:
    """Whether a simplified message drops what is pending."""
    return len(plain) <= _LONGEST and _bare(plain) in NO


def _bare(plain: str) -> str:
    return "".join(plain.split()).strip(_MARKS)
