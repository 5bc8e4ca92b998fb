"""Whether a few words are a person's name. Pure; takes simplified characters."""

from __future__ import annotations

import re

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦马苗凤花俞任袁柳史唐费"
    "廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅齐康伍余顾孟平黄穆萧肖尹姚邵汪祁毛禹狄米贝臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾江童"
    "颜郭梅林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房解应宗丁宣邓洪包左石崔吉龚程邢裴陆翁荀甄曲封靳段焦巴牧车侯全班秋仲宫宁仇"
    "甘武符刘景龙叶白蒲赖卓池乔翟谭申冉桑耿边燕尚温庄柴阎闫连艾向古易戈廖匡文寇欧聂辛阚那简饶曾关游权岳帅佟商牟付党原成"
)
_LONG_SURNAMES = "欧阳|司马|上官|诸葛|尉迟|皇甫|夏侯|公孙|慕容|令狐"
_NAME = re.compile(rf"(?:{_LONG_SURNAMES}|[{_SURNAMES}])[\u3400-\u9fff·]{{1,3}}")
_TALK = re.compile(r"[了的话说下再请把是吗呢吧都也]")  # 方便的话 begins like a name


def is_person(plain: str) -> bool:
    """Whether the whole text is a Chinese name: a known surname and one to three characters, no talk."""
    return _NAME.fullmatch(plain) is not None and _TALK.search(plain) is None
