"""What makes a claim more than words: a figure with its unit, or an example. Texts are normalised lines."""

from __future__ import annotations

import re

_UNIT = (
    r"(?:余|多|几)?(?:%|‰|个百分点|人次|人|名|次|件|起|宗|场|期|家|户|项|个|份|条|万|亿|元|小时|分钟|天|工作日|部|处|台|批|"
    r"公里|例|本|册|篇|类|所|套|辆|轮|张|面|封|幅|课时|学时|倍|成)"
)
_FIGURE = re.compile(
    rf"\d(?:[\d,.]*\d)?{_UNIT}|百分之[一二三四五六七八九十百]+|[零〇]{{1}}(?:投诉|复议|诉讼|差错|违纪)"
)
_EXAMPLE = re.compile(
    r"案例|实例|事例|例如|比如|譬如|以.{2,16}为例|某某|某.{0,6}(?:公司|企业|店|厂|村|镇|县|市|局|所|超市|药房|药店|饭店|工地|"
    r"商户|业主|当事人|学校|医院)|[\u4e00-\u9fff](?:某|××|xx|\*\*)|当事人|\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|\d{4}[.\-/]\d{1,2}"
)


def has_figure(text: str) -> bool:
    """Whether a number counts or measures something."""
    return _FIGURE.search(text) is not None


def has_example(text: str) -> bool:
    """Whether a case, a party or a day is named."""
    return _EXAMPLE.search(text) is not None
