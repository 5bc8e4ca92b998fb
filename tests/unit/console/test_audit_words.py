"""What the log says beside an act."""

from __future__ import annotations

import hashlib

from bot.console.audit_words import detail_words
from tests.fakes.conversation import campaign


def test_changed_form_is_told_by_the_labels_of_its_fields() -> None:
    unit, address = campaign().form.fields[:2]
    details = {address.id: hashlib.sha256(b"x").hexdigest(), unit.id: ""}
    assert detail_words(campaign(), details) == f"栏目：{unit.label}、{address.label}"
    assert detail_words(campaign(), {unit.id: "宝丰县公安局", "reason": "更正"}) == "理由：更正"
