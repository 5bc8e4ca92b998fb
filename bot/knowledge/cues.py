"""Small words that tell what kind of question a normalised text is."""

from __future__ import annotations

import re

# Between two questions in one message.
_JOINT = re.compile(r"[,;。?!\s、]|和|以及|还有|另外|同时|并且|跟|与")
_CLAUSE = re.compile(r"[,;。?!\s]")
# A follow-up that names a thing and asks nothing of it: 那申报表呢, 换成行政调解也一样吗.
_NAMES_ONLY = re.compile(
    r"^(那|还有|另外|要是|换成|至于)?么?.{2,10}(呢|也是|也一样|也行|也要|一样)(吗|么|吧)?[?]*$"
)
# Something is asked.
_QUESTION = re.compile(
    r"[吗呢么吧不没?]$|多少|几|怎么|咋|什么|啥|哪|谁|能不能|要不要|行不行|可不可以|是不是|还是|如何|何"
)
_ASKING = re.compile(r"几分|多少|扣|怎么|什么|哪|谁|吗")
# Points, or where something stands, are asked for: the topic is named, and little else.
_POINTS = re.compile(r"几分|多少分|扣|分值|满分|得分|哪条|哪一条|第几|加分")
# Points alone, which only a standard has.
_SCORE = re.compile(r"几分|多少分|扣|分值|满分|得分")
# A whole section is meant.
_TOTAL = re.compile(
    r"共|合计|总|加起来|加一起|加在一起|合起来|合一起|合在一起|相加|这块|这一块|大块|部分|大项"
)
# The question before is pointed at.
_POINTING = re.compile(
    r"^(那|这|它|还有|另外|如果是|要是|换成|再)|呢[?]*$|^第\d|(这|那|该)(一)?(个|项|条|种|样|块|栏)|"
    r"上面|刚才|前面|同样|也是|也一样|也按"
)
# What is left of a question without a topic, once this is taken out, is nothing.
_FRAME = re.compile(
    r"那|这|它|呢|该|个|项|条|种|块|栏|的|是|要|会|能|满分|总分|几分|多少分|多少|分值|分|占|扣|怎么|什么|查|看|"
    r"谁|时候|哪里|吗|了|又|也|按|算|一样|同样|为什么|具体|内容|标准|规定|写|说|讲|最多|最少|次|处|\d+|缺|少|\?|,|\s|"
    r"如果|就|几|失|丢|要是|有|还|剩|得|做|没|搞|都|也|被|核实|发现|出现|超过|超出|超|除了|人次|人|换成|变成|达到|假如"
)
# A side of the topic that another clause may answer.
_SIDE = re.compile(r"谁|时候|哪里")
# How many of what: the measure word, and the noun after it.
_HOW_MANY = re.compile(
    r"(?:几|多少)([\u4e00-\u9fff])(?<![分扣号时点乎])((?<=[个名位家项种次条道块])[\u4e00-\u9fff]{2})?"
)
# Where, when and how long, and the words of which an entry that tells it holds one.
_ELSEWHERE = r"(?!里?1?(?:条|个|项|栏|部分|段|些|种|类|格|份|页|级|家|块|里写))"
_TOLD = (
    (
        re.compile(r"[在到去挂放设贴发往交报]哪" + _ELSEWHERE),
        ("在哪", "到哪", "往哪", "去哪", "送哪", "哪个"),
    ),
    (re.compile(r"什么时候(?!效)"), ("什么时候", "时间", "截止", "几号", "时候")),
    (
        re.compile(r"多长时间|多久|几天|多少天|几个月|几小时|几年"),
        ("多久", "长时", "几天", "时间", "几年", "半年", "每年"),
    ),
)
# Asked to be answered with yes or no: 几 then means "some".
_YES_OR_NO = re.compile(r"[吗么不没]\??$|能不能|要不要|会不会|可不可以|是不是|行吗|行不行")
# Measure words people use for one another.
_ALIKE = {c: group for group in ("个家名位人所块", "次回趟遍", "份套张件", "条项点款类种方样") for c in group}


def parts(text: str) -> list[str]:
    """The questions a message may be made of."""
    return [part for part in _JOINT.split(text) if part]


def clauses(text: str) -> list[str]:
    """The parts of a message between its stops."""
    return [part for part in _CLAUSE.split(text) if part]


def names_only(text: str) -> bool:
    """Whether a follow-up names a thing and leaves what it asks to the question before."""
    return bool(_NAMES_ONLY.search(text)) and not asks(text.rstrip("吗么吧?"))


def is_question(text: str) -> bool:
    """Whether something is asked, by its words."""
    return bool(_QUESTION.search(text))


def asks(text: str) -> bool:
    """Whether the text says what it wants to know of its topic."""
    return bool(_ASKING.search(text))


def asks_points(text: str) -> bool:
    """Whether points, or the place of something in the notice, are asked for."""
    return bool(_POINTS.search(text))


def asks_score(text: str) -> bool:
    """Whether points or deductions are asked for."""
    return bool(_SCORE.search(text))


def means_total(text: str) -> bool:
    """Whether a whole is asked for, not a part."""
    return bool(_TOTAL.search(text))


def points_back(text: str) -> bool:
    """Whether the text points at the question before."""
    return bool(_POINTING.search(text))


def lacks_topic(text: str) -> bool:
    """Whether the text names nothing to ask about."""
    return not _FRAME.sub("", text)


def sides(text: str) -> list[str]:
    """The words for who, when and where that a text asks with."""
    return _SIDE.findall(text)


def counted(text: str) -> dict[str, str]:
    """What a text asks the number of: measure word → the noun after it, or ""."""
    if _YES_OR_NO.search(text) and "多少" not in text:
        return {}
    return {m[1]: m[2] or "" for m in _HOW_MANY.finditer(text)}


def told_by(text: str) -> list[tuple[str, ...]]:
    """For each side asked about (where, when, how long): words of which an entry that tells it holds one."""
    return [words for side, words in _TOLD if side.search(text)]


def alike(measure: str) -> str:
    """The measure words that may stand for `measure`, itself among them."""
    return _ALIKE.get(measure, measure)
