"""Whole messages the bot knows: commands, courtesy, abuse, leave-taking (dialogue page §6.3, §7)."""

from __future__ import annotations

import re
from enum import StrEnum


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


_COMMANDS = {
    Command.APPLY: "我要申报 开始申报 申报 我要申请 我想申报",
    Command.ANOTHER: "另报一个单位 再报一个单位",
    Command.MINE: "我的申报",
    Command.PROGRESS: "进度 查进度 查询进度 还差什么 还缺什么 还差哪些 还缺哪些 还差哪几项 还有哪些没填 还差啥 还缺啥",
    Command.PREVIEW: "预览 查看申报表 看一下申报表",
    Command.BACK: "上一步 返回上一步 上一项",
    Command.SKIP: "跳过 先跳过 跳过这项 不知道 不清楚 暂时没有",
    Command.SUBMIT: "提交 提交申报 确认提交",
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
}
_BY_WORD = {word: command for command, words in _COMMANDS.items() for word in words.split()}

YES = frozenset("确认 确定 是 是的 对".split())
NO = frozenset("取消 否 不 算了".split())

_COURTESY = re.compile(
    r"(?:(?:你好|您好|大家好|早上好|上午好|中午好|下午好|晚上好|嗨|哈喽|在吗|在不在|在么|有人吗|谢谢|多谢|感谢|非常感谢|谢了|麻烦了|麻烦你了|麻烦您了"
    r"|好的|好吧|好滴|好嘞|好|行|行的|可以|ok|okay|嗯+|恩|哦+|噢|喔|啊|收到|明白|明白了|知道了|了解|懂了|哈+|嘿+|呵+|辛苦了|辛苦|辛苦你了|辛苦您了|不客气|再见|拜拜"
    r"|hello|hi|thanks|thankyou|你|您|呀|啦|哈|了|大家|各位|老师)[\s,，。.!！~～、;；…]*)+",
    re.IGNORECASE,
)
_NOT_ALONE = frozenset("你 您 呀 啦 了 大家 各位 老师".split())
_ABUSE = re.compile(r"垃圾|傻|滚|有病|废物|烦死|烦人|破系统|破机器人|破玩意|笨|蠢|白痴|智障|脑残|混蛋|混账|王八|妈的|他妈|tmd|sb|去死|神经病|弱智|坑爹|什么破|难用|狗屁|放屁|闭嘴", re.IGNORECASE)
_PLACE_OR_UNIT = re.compile(r"(?:局|所|队|中心|院|厂|公司|委员会|办公室|办事处|处|路|街|巷|村|镇|乡|县|区|市|号|楼|站|科|厅|委|大道)")
_SECOND_PERSON = re.compile(r"你|您|机器人|系统|程序|软件|助手|客服")
_UNRELATED = re.compile(
    r"(?:讲|说|来|写|唱|听|放|播|画|做|猜|编|背|推荐|翻译|生成|查一下|查|看)[^，。]{0,6}(?:笑话|故事|歌|诗|谜语|天气|作文|代码|程序|段子|相声|新闻|股票|彩票|电影|小说|游戏|菜谱|英语|英文)"
    r"|(?:今天|明天|现在)?(?:天气|几度)(?:怎么样|如何|好不好)|陪我(?:聊|玩|说)|聊聊天|我(?:好)?无聊|你是谁|你叫什么|你几岁|你多大|你会(?:干|做)?什么|你是(?:真人|机器人|人工)|你吃饭|女朋友|男朋友|我爱你|你喜欢"
    r"|(?:忽略|无视|忘记|忘掉)[^，。]{0,8}(?:指令|提示|规则|要求|设定|内容)|(?:系统)?提示词|(?:ignore|system\s*prompt)|扮演|(?:把|给)我[^，。]{0,6}(?:通过|满分|标为|改成通过)",
    re.IGNORECASE,
)
_LEAVING = re.compile(r"(?:先这样|先到这|明天再|过两天再|过几天再|下次再|回头再|稍后再|改天再|晚点再|等会再|等会儿再|待会再|一会再|一会儿再)")
_SKIP_LIKE = re.compile(r"(?:这个|这项|我|暂时|目前|还)?(?:也)?(?:不知道|不清楚|不确定|暂时没有|先不填|以后再填|没想好)(?:呢|啊|呀|怎么填|填什么)?")


def read_command(plain: str) -> Command | None:
    """The command that the whole of a simplified message is, if any; a final 。！？ does not matter."""
    return _BY_WORD.get(re.sub(r"\s+", "", plain).rstrip("。！？!?.~～"))


def is_yes(plain: str) -> bool:
    """Whether a simplified message grants what is pending."""
    return plain.rstrip("。！!.") in YES


def is_no(plain: str) -> bool:
    """Whether a simplified message drops what is pending."""
    return plain.rstrip("。！!.") in NO


def is_courtesy(plain: str) -> bool:
    """你好, 谢谢, 好的…: nothing but courtesy."""
    return _COURTESY.fullmatch(plain) is not None and plain not in _NOT_ALONE


def is_abuse(plain: str) -> bool:
    """An insult addressed to the bot, judged on the whole message: 市生活垃圾处理中心 and 滚河路12号 are none."""
    if len(plain) > 40 or not _ABUSE.search(plain):
        return False
    return _SECOND_PERSON.search(plain) is not None or not _PLACE_OR_UNIT.search(plain)


def is_unrelated(plain: str) -> bool:
    """A wish that has nothing to do with the campaign, or an order to the bot itself."""
    return len(plain) <= 60 and _UNRELATED.search(plain) is not None and not _ends_like_a_place(plain)


def is_leaving(plain: str) -> bool:
    """明天再填, 先这样…: gone for a while."""
    return len(plain) <= 20 and _LEAVING.match(plain) is not None


def is_skip(plain: str) -> bool:
    """A looser 跳过: 我不知道, 这项暂时没有."""
    return _SKIP_LIKE.fullmatch(plain.rstrip("。！!.，,")) is not None


def _ends_like_a_place(plain: str) -> bool:
    return re.search(r"(?:局|所|队|中心|院|厂|公司|委员会|办公室|路|街|号|楼|室)$", plain) is not None
