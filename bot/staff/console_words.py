"""How people with a role ask for the console. Pure."""

from __future__ import annotations

import re

_NAMED = r"登录|登陆|登入|log ?in|工作台|控制台|(?:管理|办公室|网页)?后台"
_LED_UP = (
    r"你好|您好|请问?|麻烦|帮忙|帮我|给我|我要|我想|我|想要?|要|需要|再|重新|发我|发给我|发|打开|进入|进|去|到|用|使用|"
    r"怎么|怎样|如何|哪里|在哪里?|从|在|能|可以|一个|一下|个|新|电脑|手机|网页|浏览器|上|端|版"
)
_ENDED = (
    r"的|系统|平台|页面|网站|网页|链接|网址|地址|入口|一下|吧|呢|吗|啊|了|在哪里?|是什么|是多少|"
    r"不了|不上|不进去|不成功|失败|过期|失效|打不开|给我|发我|发给我|谢谢"
)
_ASKED = re.compile(
    rf"(?:(?:{_LED_UP})[\s,，]*)*(?:(?:{_NAMED})\s*)+(?:[\s,，]*(?:{_ENDED}))*[\s。.!！?？~～]*",
    re.IGNORECASE,
)


def asks_for_console(text: str) -> bool:
    """Whether a text, in simplified script, asks for a way into the console and for nothing else."""
    return _ASKED.fullmatch(text.strip()) is not None
