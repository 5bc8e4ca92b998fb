"""Any mail can be read: nothing crashes, nothing is invented, quoting our own list back says nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.mail_text import read_mail_text
from bot.dialogue.understand import Labels
from tests.fakes.conversation import FORM, campaign

LABELS = Labels(campaign().form)
NAMES = [field.label for field in campaign().form.fields]
WORDS = ["地址", "确认", "提交", "此致", "请问", "修改", "改成", "是", "谢谢", "切换到", "声明 已验收合格"]
MARKS = ["：", ":", "，", "。", "？", "（", "）", "|", "5.", " ", "\t", "> ", "\n", "\n\n", "-- "]
pieces = st.sampled_from([*NAMES, *FORM.values(), *WORDS, *MARKS])
mails = st.lists(pieces | st.text(max_size=5), max_size=30).map("".join)


def squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@given(mails)
def test_any_mail_is_read_and_no_value_is_invented(text: str) -> None:
    found = read_mail_text(campaign(), LABELS, text)
    plain = squeezed(text.translate({ord("＞"): None}))
    fields = {field.id for field in campaign().form.fields} | {
        f"!{label}" for label in campaign().form.reserved
    }
    assert {value.field for value in found.values} <= fields
    assert all(squeezed(value.value) for value in found.values)
    assert [value.value for value in found.values if len(squeezed(value.value)) > len(plain)] == []
    assert len({value.field for value in found.values}) == len(found.values)


@given(st.sets(st.sampled_from(sorted(FORM))))
def test_labelled_lines_give_their_values(names: set[str]) -> None:
    ordered = [name for name in FORM if name in names]
    text = "\n".join(f"{campaign().form.field(name).label}：{FORM[name]}" for name in ordered)
    found = read_mail_text(campaign(), LABELS, text)
    assert {value.field: value.value for value in found.values} == {name: FORM[name] for name in ordered}
