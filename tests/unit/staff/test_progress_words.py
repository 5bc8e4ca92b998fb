"""Questions about progress and the office's acts, as people write them."""

from __future__ import annotations

import pytest

from bot.staff.progress_words import (
    Act,
    Board,
    Overdue,
    ProgressOrder,
    ShortOfMaterials,
    Show,
    Unsent,
    read_progress_order,
)

ONE = ("2019-017",)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("进度", Board()),
        ("查看进度", Board()),
        ("各县区申报进度怎么样？", Board()),
        ("谁还没报", Unsent()),
        ("还有谁没交？", Unsent()),
        ("哪些单位还没有报送", Unsent()),
        ("未报名单", Unsent()),
        ("还没上报的单位有哪些", Unsent()),
        ("缺材料的", ShortOfMaterials()),
        ("谁缺材料", ShortOfMaterials()),
        ("材料不齐的单位", ShortOfMaterials()),
        ("逾期的", Overdue()),
        ("谁逾期了", Overdue()),
        ("逾期怎么处理", None),
        ("还没报的怎么办", None),
        ("查 2019-017", Show("2019-017", True)),
        ("查2019-017-1", Show("2019-017-1", True)),
        ("查 宝丰县市监局", Show("宝丰县市监局", True)),
        ("查一下宝丰县市监局", Show("宝丰县市监局", False)),
        ("查 K7M2P9Q", Show("K7M2P9Q", True)),
    ],
)
def test_question_is_read(text: str, order: ProgressOrder | None) -> None:
    assert read_progress_order(text) == order


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("受理 2019-017", Act(("receive", "accept"), ONE)),
        ("受理2019-017、2019-018", Act(("receive", "accept"), ("2019-017", "2019-018"))),
        ("收件 2019-017", Act(("receive",), ONE)),
        (
            "退回 2019-017 理由：缺少数据 期限7月20日",
            Act(("return",), ONE, "缺少数据", "7月20日"),
        ),
        ("退回 2019-017", Act(("return",), ONE)),
        ("准予 2019-017 继续填报 理由：系统故障", Act(("reopen_late",), ONE, "系统故障")),
        ("准予继续填报 2019-017，理由：系统故障", Act(("reopen_late",), ONE, "系统故障")),
        ("准予 2019-017 报送 理由：系统故障", Act(("accept_late",), ONE, "系统故障")),
        ("准予 2019-017 收件，理由：纸质件按时送达", Act(("receive_late",), ONE, "纸质件按时送达")),
        ("视为放弃 2019-017 理由：逾期未报", Act(("deem_abandoned",), ONE, "逾期未报")),
        ("2019-017 视为自动放弃 理由：逾期未报", Act(("deem_abandoned",), ONE, "逾期未报")),
        ("准予 2019-017", None),
        ("收件 宝丰县", Act(("receive",), ("宝丰县",), surely=False)),
        ("受理条件是什么", Act(("receive", "accept"), ("条件是什么",), surely=False)),
        ("不予受理的情形有哪些", None),
    ],
)
def test_act_is_read(text: str, act: Act | None) -> None:
    assert read_progress_order(text) == act
