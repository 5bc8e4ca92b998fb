"""Whole messages that are neither values nor commands: courtesy, abuse, other topics, leave-taking (§6.3)."""

from __future__ import annotations

import re
from enum import StrEnum


class Courtesy(StrEnum):
    """What kind of courtesy a message is; the values are keys of phrases."""

    GREETING = "greeting"
    THANKS = "thanks"
    ASSENT = "courtesy"


_GREETINGS = (
    "早上好|上午好|中午好|下午好|晚上好|大家好|各位好|你们好|你好|您好|哈喽|嗨|hello|hi|在不在|在吗|在么"
    "|有人吗|早"
)
_THANKS = "非常感谢|感谢|多谢|谢谢|谢了|辛苦|麻烦|劳驾|不客气|thankyou|thanks|再见|拜拜|晚安"
_ASSENTS = (
    "没问题|好的|好吧|好滴|好嘞|好|行的|行吧|行|可以|okay|ok|嗯++|恩|哦++|噢|喔|收到|明白|知道|了解|懂"
    "|哈++|嘿++|呵++|是的|是|对的|对|没错|不用|不是|不|否|算"
)
_PARTICLES = "各位|大家|领导|老师|你们|您|你|呀|啊|啦|哈|了|呢|哟|哇|的|吧"
_COURTESY = re.compile(
    rf"(?>(?P<greeting>{_GREETINGS})|(?P<thanks>{_THANKS})|(?P<assent>{_ASSENTS})|{_PARTICLES})+",
    re.IGNORECASE,
)
_COURTESY_LENGTH = 40

_PLACE_ENDS = (
    r"(?:局|所|队|中心|院|厂|公司|委员会|办公室|办|处|厅|委|站|科|政府|机关|学校|园|社|馆|台|库|铺|店|市场|广场|网吧|酒吧"
    r"|路|街|巷|号|楼|室|层|段|村|镇|乡|县|区|市|级|大道|大厦|胡同|小区|组|旁|对面|院内|口|侧|米|[东西南北]边?)"
)
_PLACE = re.compile(rf"{_PLACE_ENDS}[)）”\"]?$")
_ADDRESS = re.compile(r"(?:路|街|巷|道|村|镇|乡|小区)[^，。！!]{0,12}(?:号|楼|室|段|层|侧|米|院|口|组)")

# words that are abuse wherever they stand, and words that are abuse only when thrown at somebody
_INSULT = re.compile(
    r"傻[逼比叉]|有病|废物|烦死|烦人|白痴|智障|脑残|混蛋|混账|王八蛋|他妈|妈的|去死|神经病|弱智|坑爹|狗屁|放屁|闭嘴"
    r"|滚蛋|滚开|滚犊子|蠢货|笨蛋|破(?:系统|机器人|玩意|程序|软件|东西|助手)|什么破"
    r"|垃圾(?:系统|机器人|玩意|程序|软件|东西|助手|客服)|(?:真|太|好|很|这么|就是)是?个?(?:垃圾|难用|笨|傻|蠢|烂|差劲)"
    r"|(?<![a-z])(?:tmd|sb|nmd|wtf|fuck)(?![a-z])",
    re.IGNORECASE,
)
_SLIGHT = re.compile(r"垃圾|傻|滚|笨|蠢|难用|差劲")
_ADDRESSED = re.compile(r"你|您|机器人|(?:这|破)个?(?:系统|程序|软件|助手)|助手|客服")
_BARE_SLIGHT = re.compile(
    r"(?:这|那|个|个破|真|太|好|很|就|是|不是|什么|简直|一个|的|系统|机器人)*+(?:垃圾|傻|滚|笨|蠢|难用|差劲)"
    r"(?:死|了|吧|啊|呀|的|吗|玩意|东西|系统|机器人|远点|出去|一个)*"
)

_UNRELATED = re.compile(
    r"(?:讲|说|编|背|猜|来)一?[个段首]?(?:笑话|故事|谜语|段子|相声|绕口令)|(?:唱|听|放|来)一?[首支个]?歌|(?:写|作|背|来)一?首?诗"
    r"|(?:写|生成|编)一?[篇段个]?(?:作文|代码|程序|情书|小说|python)|翻译(?:一下|成|这)"
    r"|(?:查|看|播报?)一?下?(?:天气|新闻|股票|彩票)|天气(?:怎么样|如何|好|真|不错|热|冷|预报)|(?:天气|今天几度|几点了)$"
    r"|陪我(?:聊|玩|说)|聊聊天|我?(?:好|很)无聊|你(?:是谁|叫什么|几岁|多大|会什么|会干什么|是真人|是机器人|是人工|吃饭)"
    r"|吃(?:饭)?了[吗没]|下班了[吗没]|女朋友|男朋友|我爱你|你喜欢"
    r"|(?:忽略|无视|忘记|忘掉)[^，。]{0,8}(?:指令|提示|规则|要求|设定|内容)|提示词|ignore\s+(?:all|previous|the)|system\s*prompt"
    r"|扮演|(?:把|给)我[^，。]{0,6}(?:通过|满分|标为)",
    re.IGNORECASE,
)
_LEAVING = re.compile(
    r"先这样|先到这|明天再|后天再|过[两几]天再|下次再|下周再|回头再|稍后再|改天再|晚点再|等会儿?再|待会儿?再|一会儿?再"
)
_SKIP_LIKE = re.compile(
    r"(?:这个|这项|我们?|暂时|目前|现在|还|也)*+(?:不知道|不清楚|不确定|没有|先不填|先不写|以后再填|没想好)"
    r"(?:呢|啊|呀|呐|怎么填|填什么|怎么写)?"
)


def courtesy(plain: str) -> Courtesy | None:
    """你好, 谢谢, 好的…: the kind of a message that is nothing but courtesy."""
    core = _letters(plain)
    if not core or len(core) > _COURTESY_LENGTH:
        return None
    match = _COURTESY.fullmatch(core)
    if match is None:
        return None
    if match["thanks"]:
        return Courtesy.THANKS
    if match["greeting"]:
        return Courtesy.GREETING
    return Courtesy.ASSENT if match["assent"] else None


def is_abuse(plain: str) -> bool:
    """An insult, judged on the whole message: 市生活垃圾处理中心 and 滚河路12号 are none."""
    if len(plain) > 40 or "@" in plain:
        return False
    insult = _INSULT.search(plain) is not None
    if not insult and not _SLIGHT.search(plain):
        return False
    if _BARE_SLIGHT.fullmatch(_letters(plain)):
        return True
    addressed = _ADDRESSED.search(plain) is not None
    if names_place(plain):
        return insult and addressed
    return insult or addressed


def is_unrelated(plain: str) -> bool:
    """A wish that has nothing to do with the campaign, or an order to the bot itself."""
    if len(plain) > 60 or "@" in plain:
        return False
    return _UNRELATED.search(plain) is not None and not names_place(plain)


def is_leaving(plain: str) -> bool:
    """明天再填, 先这样…: gone for a while."""
    return len(plain) <= 20 and _LEAVING.match(plain) is not None


def is_skip(plain: str) -> bool:
    """A looser 跳过: 我不知道, 这项暂时没有."""
    return len(plain) <= 20 and _SKIP_LIKE.fullmatch(_letters(plain)) is not None


def names_place(plain: str) -> bool:
    """Whether a message reads like a unit's name, a level or an address."""
    return _PLACE.search(plain.rstrip("。．.！! ")) is not None or _ADDRESS.search(plain) is not None


def _letters(plain: str) -> str:
    return "".join(filter(str.isalnum, plain))
