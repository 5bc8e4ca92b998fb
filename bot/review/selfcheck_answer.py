"""What people answer to the questions of a self-check: 是, 没有, 都有, 缺2项, 两次 …

The whole message must be an answer. Vague ones (几处, 一两次, 不少) and questions are none: it is better to
ask again than to write down what was not said.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from bot.knowledge.normalise import simplified
from config.campaign import AnswerKind, Rule


class Unsure(Enum):
    """The person cannot or will not say."""

    UNSURE = "unsure"


UNSURE = Unsure.UNSURE

_LONGEST = 60  # characters; answers are far shorter
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_LOOSE_SPACE = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_END = re.compile(r"[。.!~,、;…]+$")
_LEAD = re.compile(
    r"^(?:嗯+|哦|啊|呃|那|[,，、])?(?:(?:我们|本|我|咱们?)(?:这边|这里|单位|局|这)?)?"
    r"(?:近[\d一二三四五]年来?|目前|现在|今年|本年度|一共|总共|大概|大约|差不多|应该|已经|已|确实|绝对|肯定|共|约|就|只|仅|才)*"
)
_TAIL = re.compile(r"(?:左右|而已|的|了|吧|啊|呀|呢|哦|哈)+$")

_UNSURE = re.compile(
    r"(?:(?:还|我|这个|这题|这项|也)*(?:不太?清楚|不太?知道|不太?确定|不太?了解|不晓得|说不[准好清]|拿不准|不好说|没把握|没底|没想好|记不清))"
    r"|(?:先|暂时)?(?:跳过|略过)(?:这[一]?[题项个])?|下一[题个项]|先不[答填]|以后再[说答填]"
)

_FIGURE = r"\d{1,4}|[二三四五六七八九]?十[一二三四五六七八九]?|[零〇一二三四五六七八九两俩]"
_MEASURE = r"(?:人次|个月|个半年|次|项|处|个|份|件|人|套|本|卷|条|家|篇|期|场|回|遍|种|类|起|宗)?"
_OF_ALL = rf"(?:(?:{_FIGURE}){_MEASURE}(?:里面|里头|里|当中|之中|中),?)?"
_LACK = r"(?:还|就)?(?:缺少|缺了|缺|少了|少|还差|差了|差|欠|漏了|漏)"
_UNDONE = r"(?:没有做到|没有做|没做到|没做|没有|没开展|没完成|未做|未开展|未完成|没|缺|不全|缺失|还没做)"
_FAULTY = r"(?:(?:地方|案卷)?(?:不|未|没|有问题|问题|缺|毛病|需|要)[一-龥]{0,8})?"
_LACKING = re.compile(
    rf"{_OF_ALL}(?:{_LACK}(?P<n>{_FIGURE}){_MEASURE}|有?(?P<m>{_FIGURE}){_MEASURE}{_UNDONE})"
)
_HAVING = re.compile(
    rf"{_OF_ALL}(?:(?![缺少差欠漏没未不扣])(?:有|[一-龥]{{1,4}}[了过]|做|是))?"
    rf"(?P<n>{_FIGURE}){_MEASURE}(?:已?做到|已?完成|都?有|齐全)?"
)
_AT_LEAST = re.compile(
    rf"(?:不少于|不低于|至少|超过|多于)(?P<n>{_FIGURE}){_MEASURE}|有?(?P<m>{_FIGURE}){_MEASURE}以上"
)
_FAULTS = re.compile(rf"(?:有|发现了?|存在|查出|还有|缺少|缺了|缺|少|差)?(?P<n>{_FIGURE}){_MEASURE}{_FAULTY}")

_ALL = re.compile(
    r"(?:都|全|全都|全部|样样|[一1][项次个类]?(?:也|都)?)?(?:有|齐全?|齐备|做到|做|做完|完成|开展|建立|建|达到|达标|够|足够|足|不[缺少差]|没[缺少])"
)
_ALL_NEEDS = re.compile(r"(?:都|全|样样)|齐|够|足|不[缺少差]|没[缺少]|达")
_NONE = re.compile(
    r"(?:[一1][项次个类处]|都|全|全都|全部|根本|完全|从来|从|还|暂时?|也)*"
    r"(?:没有?|无|未|不存在)(?:有|做到|做过|做|开展过?|建立|建|过|缺|发现|一[项次个类处])?"
)
_NO_FAULT = re.compile(r"(?:没有?|无|未)(?:发现|什么|任何)*(?:问题|不[一-龥]{1,6})")
_SOUND = re.compile(
    r"(?:都|全|全都|全部|均)(?:已经|已|是|很)?(?!有)[一-龥]{1,8}|符合(?:要求)?|规范|合格|达标"
)
_NEGATION = re.compile(r"[不没无未否缺差]")

_YES = re.compile(r"(?:是|对|有|都有|全有|存在|都?做|都?做过|做到|有过|可以|算是)")
_NO = re.compile(r"(?:否|不|不是|不对|没|不算|算不上|谈不上|达不到)")
_ECHO = re.compile(
    r"(?P<no>并?(?:没有|没能|没|未能|未|不存在|不太|不够|不大|不是很|不|无))?"
    r"(?:已经|已|都|全|均|很|比较|是|有|存在)*(?P<said>[一-龥]{2,12}?)过?"
)


def read_answer(rule: Rule, text: str) -> int | Unsure | None:
    """How often the rule is met by what somebody answered to its question; None if it is no answer.

    A yes or no gives 0 or 1. `rule.answer` must be set.
    """
    plain = _plain(text)
    if len(plain) > _LONGEST or not plain:
        return None
    if _UNSURE.fullmatch(plain) or _UNSURE.fullmatch(_TAIL.sub("", plain)):
        return UNSURE
    bare = _TAIL.sub("", _LEAD.sub("", plain)) or plain
    match rule.answer:
        case AnswerKind.DONE:
            return _short_of(rule.required, bare)
        case AnswerKind.FAULTS:
            return _faults(bare)
        case AnswerKind.YES | AnswerKind.NO:
            said = _yes_or_no(rule.question, bare)
            return None if said is None else int(said is (rule.answer is AnswerKind.YES))
    raise ValueError(f"rule {rule.id} is not asked")


def _plain(text: str) -> str:
    """One width, simplified characters, no blanks but between figures, no closing full stop."""
    narrow = unicodedata.normalize("NFKC", text[: 2 * _LONGEST].encode(errors="ignore").decode())
    return _END.sub("", _LOOSE_SPACE.sub("", _INVISIBLE.sub("", simplified(narrow)).strip().lower()))


def _short_of(required: int, plain: str) -> int | None:
    """How many of `required` are missing."""
    if lacking := _LACKING.fullmatch(plain):
        count = _figure(lacking["n"] or lacking["m"])
        alone = lacking["m"] and plain.startswith(lacking["m"])
        # 一次没有 may mean that one is missing or that there is none
        return None if alone and count == 1 else min(required, count)
    if least := _AT_LEAST.fullmatch(plain):
        return 0 if _figure(least["n"] or least["m"]) >= required else None
    if having := _HAVING.fullmatch(plain):
        return max(0, required - _figure(having["n"]))
    if _ALL.fullmatch(plain) and (required == 1 or _ALL_NEEDS.search(plain)):
        return 0
    return required if _NONE.fullmatch(plain) else None


def _faults(plain: str) -> int | None:
    if found := _FAULTS.fullmatch(plain):
        return _figure(found["n"])
    sound = _SOUND.fullmatch(plain) and not _NEGATION.search(plain)
    return 0 if sound or _NONE.fullmatch(plain) or _NO_FAULT.fullmatch(plain) else None


def _yes_or_no(question: str, plain: str) -> bool | None:
    """Yes or no in so many words, or in the question's own: 不明显 to 成效是否明显."""
    if _NO.fullmatch(plain) or _NONE.fullmatch(plain):
        return False
    if _YES.fullmatch(plain):
        return True
    echo = _ECHO.fullmatch(plain)
    if echo is None or not _repeats(question, echo["said"]):
        return None
    return echo["no"] is None


def _repeats(question: str, said: str) -> bool:
    """Whether `said` repeats all that is asked; one of two things asked together is not all."""
    front, _, asked = question.rpartition("是否")
    _, other, kind = asked.rpartition("等")
    if not other and re.search("[、和并]", asked):
        return False
    return said in front + asked and said[-2:] in kind


def _figure(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_digit(tens) if tens else 1) * 10 + (_digit(ones) if ones else 0)
    return _digit(text)


def _digit(char: str) -> int:
    return 2 if char in "两俩" else "零一二三四五六七八九".index(char.replace("〇", "零"))
