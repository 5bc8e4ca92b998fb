"""Notices by chat: who may draft and release them, what they say, and who has received them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.model.message import Card, Channel, Choice, Delivery, Inbound, Kind, Mail, Outcome, Recall, Text
from bot.model.staff import Role
from bot.staff.notices import receipt_desk
from bot.work.turn import receive
from config.campaign import Campaign
from storage.database import open_database
from storage.writer import ThreadWriter
from tests.integration.staff.notice_office import SENT, NoticeOffice

GONE = Delivery(Outcome.FAILED, code=81013, error="收件人不可见", unreachable=("叶联",))


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[NoticeOffice]:
    database = open_database(new_sqlite(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    made = NoticeOffice(campaign, database, writer)
    made.member("办甲", Role.OFFICE)
    made.member("办乙", Role.OFFICE)
    made.member("宝联", Role.BODY, "baofeng", mail="baofeng@example.com")
    made.member("宝副", Role.BODY, "baofeng", deputy=True)
    made.member("叶联", Role.BODY, "yexian")
    made.member("鲁联", Role.BODY, "lushan", mail="lushan@example.com", wecom=False)
    made.member("郏联", Role.BODY, "jiaxian", wecom=False)
    made.member("评甲", Role.INSPECTOR)
    made.applicant("张三", "宝丰县林业局", body="baofeng", contact_email="zhangsan@example.com")
    made.applicant("李四", "叶县城管局", "submitted", "yexian")
    yield made
    writer.stop()
    database.close()


def test_draft_shows_number_audience_channels_and_two_previews(office: NoticeOffice) -> None:
    answer = office.ask("办甲", "通知 全体推荐单位：{单位}：请核对联系人。")
    assert answer is not None
    assert answer.texts == (
        "通知1（草稿）：…\n发给：推荐单位联系人，共4人（企业微信2人，邮件1人，电话通知1人）。\n"
        "——宝联将看到：\n宝丰县人民政府：请核对联系人。\n"
        "——叶联将看到：\n叶县人民政府：请核对联系人。\n"
        "确认无误请回复“发送 通知1”，或“定时 通知1 7月12日9:05”；要改请回复“更正 通知1：新的内容”。",
    )
    assert answer.choices == (Choice("发送", "发送 通知1"), Choice("作废", "作废 通知1"))
    assert office.claim() == []
    assert office.copies(1) == []


def test_holder_is_shown_values_of_their_own(office: NoticeOffice) -> None:
    said = office.say("办甲", "通知 草稿的填报人：{单位}（{编号}）{状态}，还需{还需}。")
    assert "宝丰县林业局（2019-001）草稿，尚未报送，还需申报表10项、申报报告PPT、盖章扫描件" in said
    assert "叶县" not in said


def test_ordinary_notice_is_sent_by_its_drafter_once(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对联系人。")
    assert office.say("办甲", "发送").startswith("通知1（请核对联系人）开始发送，共4人。")
    assert office.say("办乙", "发送 通知1") == "通知1已由办甲于7月10日9:07发出，目前：已发出。"
    sent = office.deliver()
    assert [row.outgoing.addresses for row in sent] == [("宝联",), ("叶联",)]
    assert sent[0].outgoing.body == Card(
        f"notice-1-{office.people['宝联']}-wecom",
        "市办公室通知1",
        "请核对联系人。",
        (Choice("收到", "收到 通知1"),),
    )
    assert [row.outgoing.addresses for row in office.deliver(channel=Channel.MAIL)] == [
        ("lushan@example.com",)
    ]
    assert office.copies(1) == [
        ("宝联", "wecom"),
        ("叶联", "wecom"),
        ("鲁联", "mail"),
        ("郏联", "call_sheet"),
    ]


@pytest.mark.parametrize("said", ["请于7月18日前报送。", "评审结果已经确定。", "请看。（须签发）"])
def test_what_decides_is_released_by_a_second_person(office: NoticeOffice, said: str) -> None:
    answer = office.ask("办甲", f"通知 全体推荐单位：{said}")
    assert answer is not None
    assert answer.choices == (Choice("作废", "作废 通知1"),)
    assert office.deliver()[0].outgoing.addresses == ("办乙",)  # is asked to sign
    refused = "通知1涉及日期或结果，须由另一位同志签发，起草人不能自行发出。"
    assert office.say("办甲", "签发 通知1") == refused
    assert office.say("办甲", "发送 通知1") == refused
    assert office.claim() == []
    assert "开始发送，共4人" in office.say("办乙", "签发 通知1")
    told = [row.outgoing for row in office.deliver()]
    assert [one.addresses[0] for one in told] == ["宝联", "叶联", "办甲"]
    assert told[2].body == Text(f"您起草的通知1（{said.partition('。')[0]}）已由办乙签发。")


def test_dated_notice_goes_by_mail_in_parallel(office: NoticeOffice) -> None:
    office.say("办甲", "通知 宝丰县：请于7月18日前报送。")
    office.say("办乙", "签发 通知1")
    assert office.copies(1) == [("宝联", "wecom"), ("宝联", "mail")]
    [letter] = office.deliver(channel=Channel.MAIL)
    body = letter.outgoing.body
    assert isinstance(body, Mail)
    assert body.subject == "通知1：请于7月18日前报送（2019年度平顶山市服务型行政执法示范点）"
    assert body.text.startswith("请于7月18日前报送。\n\n请直接回复本邮件“收到”；如在企业微信也收到本通知")
    office.say("办甲", "通知 草稿的填报人：{单位}须在{截止}前报送。")
    office.say("办乙", "签发 通知2")
    [letter] = office.deliver(channel=Channel.MAIL)
    assert letter.outgoing.addresses == ("zhangsan@example.com",)  # from the form
    assert isinstance(letter.outgoing.body, Mail)
    assert letter.outgoing.body.text.startswith("宝丰县林业局须在7月25日前报送。")


def test_stage_that_tells_a_result_needs_a_second_person(office: NoticeOffice) -> None:
    office.applicant("赵六", "鲁山县水利局", "not_selected", "lushan")
    assert office.ask("办甲", "通知 未入选的单位：感谢参与。") is not None
    assert "起草人不能自行发出" in office.say("办甲", "发送 通知1")


def test_without_mail_nobody_is_written_to_by_mail(office: NoticeOffice) -> None:
    office.has_mail = False
    assert "（企业微信2人，邮件0人，电话通知2人）" in office.say("办甲", "通知 全体推荐单位：请核对。")


def test_text_too_long_for_a_card_comes_before_its_button(office: NoticeOffice) -> None:
    long = "请认真核对。" * 40
    office.say("办甲", f"通知 叶县：{long}")
    office.say("办甲", "发送 通知1")
    text, card = (row.outgoing.body for row in office.deliver())
    assert text == Text(f"市办公室通知1\n{long}")
    assert isinstance(card, Card)
    assert card.text == "以上“请认真核对”，请阅后点“收到”。"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("通知 老王：您好", "没有看懂发给谁：“老王”。"),
        ("通知 全体推荐单位：", "请写明通知内容"),
        ("通知 全体推荐单位：" + "好" * 601, "通知正文最多600字，现有601字。"),
        ("通知 全体推荐单位：{编号}请核对", "这里不能用{编号}。对这些收件人可以用：{单位}{截止}。"),
        ("通知 草稿的填报人：{电话}", "这里不能用{电话}。"),
        ("通知 已授牌的单位：请领取", "目前没有符合““已授牌”的填报人”的人"),
        ("通知 全体推荐单位：近期将开展暗访，请做好准备", "这段文字会透露不事先通知的走访"),
        ("通知 宝丰县：有暗访", "这段文字会透露不事先通知的走访"),
        ("通知 2019-001：不打招呼", "这段文字会透露不事先通知的走访"),
        ("签发 通知9", "没有通知9。"),
    ],
)
def test_what_cannot_be_drafted_is_refused_and_not_kept(office: NoticeOffice, said: str, answer: str) -> None:
    assert office.say("办甲", said).startswith(answer)
    assert office.rows("SELECT id FROM notice") == []


def test_correction_may_not_announce_what_a_notice_may_not(office: NoticeOffice) -> None:
    office.say("办甲", "通知 宝丰县：请核对。")
    office.say("办甲", "发送 通知1")
    office.deliver()
    assert office.say("办甲", "更正 通知1：有暗访").startswith("这段文字会透露不事先通知的走访")


@pytest.mark.parametrize("name", ["宝联", "评甲"])
@pytest.mark.parametrize(
    "said",
    ["通知 全体推荐单位：请看", "发送 通知1", "签发 通知1", "通知1 情况", "停止 通知1", "撤回 通知1",
     "更正 通知1：别的", "重发 通知1", "通知1 电话通知 叶联"],
)  # fmt: skip
def test_only_the_office_handles_notices(office: NoticeOffice, name: str, said: str) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对联系人。")
    assert office.say(name, said) == "这项操作不在您的工作范围内。如需办理，请联系市办公室（0375-2663225）。"
    assert office.copies(1) == []
    assert [tuple(row) for row in office.rows("SELECT id, state FROM notice")] == [(1, "draft")]


def test_ordinary_words_are_left_to_others(office: NoticeOffice) -> None:
    for said in ("通知里说的截止时间是什么", "撤回", "发送", "签发", "收到"):
        assert office.ask("办甲", said) is None
    assert office.ask("宝联", "通知") is None


def test_receipt_is_taken_from_anybody_the_notice_went_to(office: NoticeOffice) -> None:
    office.say("办甲", "通知 草稿的填报人：请核对。")
    office.say("办甲", "发送 通知1")
    office.deliver()
    answer = office.ask("张三", "收到 通知1", receipt_desk)
    assert answer is not None
    assert answer.texts == ("好的，已登记您收到通知1（请核对）。",)
    again = office.ask("张三", "收到 通知1", receipt_desk)
    assert again is not None
    assert again.texts == ("通知1没有发给您，或您此前已经确认。",)
    other = office.ask("李四", "收到 通知1", receipt_desk)
    assert other is not None
    assert other.texts == again.texts
    assert office.ask("张三", "收到", receipt_desk) is None


def test_bare_receipt_confirms_what_is_open(office: NoticeOffice) -> None:
    office.say("办甲", "通知 宝丰县：请核对。")
    office.say("办甲", "发送 通知1")
    office.say("办甲", "通知 全体推荐单位：请看附件。")
    office.say("办甲", "发送 通知2")
    office.deliver()
    assert office.say("宝联", "收到，谢谢") == "好的，已登记您收到通知2（请看附件）、通知1（请核对）。"
    assert "已确认1，待电话通知1，已送达未确认1，待发1" in office.say("办甲", "通知2 情况")


def test_board_names_whoever_needs_something(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对联系人。")
    office.say("办甲", "发送 通知1")
    office.deliver({"叶联": GONE})
    office.say("宝联", "收到 通知1")
    assert office.say("办乙", "通知1 电话通知 郏联") == "已登记：通知1已电话通知郏联（办乙，7月10日9:07）。"
    assert office.say("办乙", "通知1") == (
        "通知1（请核对联系人）已发出\n发给：推荐单位联系人；办甲起草，办甲于7月10日9:07发出。\n"
        "共4人：已确认1，已电话通知1，待发1，发送失败1。\n"
        "已电话通知：郏联（办乙 7月10日9:07）\n"
        "发送失败：叶联（收件人不可见）\n"
        "重发失败的请回复“重发 通知1”；打过电话请回复“通知1 电话通知 姓名”。"
    )
    assert office.say("办乙", "通知1 电话通知 郏联") == "通知1：郏联此前已确认或已电话通知，不用再登记。"
    assert office.say("办乙", "通知1 电话通知 王五") == "通知1的收件人中没有“王五”。"
    assert office.say("办乙", "通知1 电话通知 联").startswith(
        "通知1的收件人中有几位：宝联、叶联、鲁联、郏联。"
    )


def test_only_the_failed_are_sent_again(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对联系人。")
    office.say("办甲", "发送 通知1")
    office.deliver({"叶联": GONE})
    assert office.say("办甲", "重发 通知1") == "已重发通知1：1人。已确认和已电话通知的不再发。"
    assert [(row.outgoing.key, row.outgoing.addresses) for row in office.deliver()] == [
        (f"notice:1:{office.people['叶联']}:wecom/2", ("叶联",))
    ]
    assert office.say("办甲", "重发 通知1") == "通知1没有发送失败的。"
    assert "发送失败" not in office.say("办甲", "通知1 情况")


def test_stopped_notice_sends_no_more_and_its_correction_reaches_exactly_those_reached(
    office: NoticeOffice,
) -> None:
    office.say("办甲", "通知 全体推荐单位：请于7月18日前报送。")
    office.say("办乙", "签发 通知1")
    rows = {row.outgoing.addresses[0]: row for row in office.claim()}
    assert sorted(rows) == ["办乙", "办甲", "叶联", "宝联"]
    office.settle(rows["宝联"], SENT)  # 叶联's copy is under way, the mails are not
    assert office.say("办乙", "停止 通知1").startswith("通知1已停止：2份未发的不再发出，已有2人收到。")
    assert office.say("办乙", "停止 通知1").startswith("通知1已由办乙于")
    assert office.deliver(channel=Channel.MAIL) == []
    office.say("办乙", "更正 通知1：{单位}请于7月20日前报送。")
    office.say("办甲", "签发 通知2")
    assert {name for name, _ in office.copies(2)} == {"宝联", "叶联"}
    office.after(minutes=2)
    sent = [row.outgoing for row in office.deliver()]
    corrected = next(one for one in sent if one.key == f"notice:2:{office.people['宝联']}:wecom")
    assert isinstance(corrected.body, Card)
    assert corrected.body.text == "【更正】此前的通知1作废，以本通知为准。宝丰县人民政府请于7月20日前报送。"


def test_releasing_a_correction_stops_what_it_replaces(office: NoticeOffice) -> None:
    office.say("办甲", "通知 叶县、宝丰县：请核对。")
    office.say("办甲", "发送 通知1")
    rows = office.claim()
    office.settle(rows[0], Delivery(Outcome.SENT))
    office.settle(rows[1], Delivery(Outcome.RETRY, retry_after=600))
    office.say("办甲", "更正 通知1：请核对电话。")
    office.say("办甲", "发送 通知2")
    office.after(hours=1)
    assert [row.outgoing.key for row in office.deliver()] == [f"notice:2:{office.people['宝联']}:wecom"]


def test_correction_of_a_draft_takes_its_place(office: NoticeOffice) -> None:
    office.say("办甲", "通知 叶县：请核对。")
    assert office.say("办甲", "更正 通知1：请核对电话。").startswith(
        "通知2（草稿）：请核对电话\n发给：叶县人民政府"
    )
    assert office.say("办甲", "发送 通知1") == "通知1已作废，没有发出。"
    office.say("办甲", "发送 通知2")
    assert office.copies(2) == [("叶联", "wecom")]


def test_recall_takes_back_what_wecom_still_can(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：{单位}请核对。")
    office.say("办甲", "发送 通知1")
    ids = {name: Delivery(Outcome.SENT, remote_id=f"msg-{name}") for name in ("宝联", "叶联")}
    office.deliver(ids)
    assert office.say("办甲", "撤回 通知1").startswith(
        "通知1已撤回：1份未发的不再发出；此前已有2人收到，其中正在撤回2人。"
    )
    assert office.deliver(channel=Channel.MAIL) == []
    calls = office.deliver({"叶联": Delivery(Outcome.FAILED, error="企业微信未能撤回（错误码 1）")})
    assert [row.outgoing.body for row in calls] == [Recall(("msg-宝联",)), Recall(("msg-叶联",))]
    board = office.say("办甲", "通知1")
    assert "撤回：撤回失败1人，已撤回1人。\n没有收回：叶联" in board
    assert office.say("办甲", "撤回 通知1").startswith("通知1已由办甲于7月10日9:07发出，目前：已撤回")
    assert office.say("办甲", "通知列表") == "通知：\n1. …请核对（已撤回）"
    office.say("办甲", "更正 通知1：{单位}请核对电话。")
    office.say("办甲", "发送 通知2")
    assert {name for name, _ in office.copies(2)} == {"宝联", "叶联"}  # exactly those who were shown it


def test_recall_after_a_day_or_of_mail_is_said_to_be_impossible(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对。")
    office.say("办甲", "发送 通知1")
    office.deliver()
    office.deliver(channel=Channel.MAIL)
    office.after(hours=24, seconds=1)
    assert "其中超过24小时或无法撤回2人，邮件不能撤回1人" in office.say("办甲", "撤回 通知1")
    assert office.deliver() == []
    assert "没有收回：宝联、叶联、鲁联" in office.say("办甲", "通知1")


def test_copies_of_one_call_are_taken_back_by_one_call(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：请核对。")
    office.say("办甲", "发送 通知1")
    office.deliver()  # both with the same id
    office.say("办甲", "撤回 通知1")
    assert [row.outgoing.body for row in office.deliver()] == [Recall(("msg-1",))]
    assert "撤回：已撤回2人。" in office.say("办甲", "通知1")


def test_copy_that_was_being_sent_is_taken_back_once_it_has_arrived(office: NoticeOffice) -> None:
    office.say("办甲", "通知 全体推荐单位：{单位}请核对。")
    office.say("办甲", "发送 通知1")
    first, second = office.claim()
    assert "还没有人收到" not in office.say("办甲", "撤回 通知1")  # it may arrive any moment
    office.settle(first, Delivery(Outcome.SENT, remote_id="late"))
    office.settle(second, Delivery(Outcome.RETRY))
    office.wind_up_all()
    assert [row.outgoing.body for row in office.deliver()] == [Recall(("late",))]
    assert not office.run(lambda store: store.is_on_its_way(1))


def test_text_with_its_button_is_taken_back_whole(office: NoticeOffice) -> None:
    office.say("办甲", f"通知 叶县：{'请认真核对。' * 40}")
    office.say("办甲", "发送 通知1")
    for number, row in enumerate(office.claim()):
        office.settle(row, Delivery(Outcome.SENT, remote_id=f"part-{number}"))
    for row in office.claim():
        office.settle(row, Delivery(Outcome.SENT, remote_id="button|rest"))
    office.say("办甲", "撤回 通知1")
    assert [row.outgoing.body for row in office.deliver()] == [
        Recall(("part-0",)),
        Recall(("button", "rest")),
    ]


def test_everything_is_in_the_audit_log_without_values(office: NoticeOffice) -> None:
    office.say("办甲", "通知 宝丰县：请核对联系人。")
    office.say("办甲", "发送 通知1")
    office.deliver()
    office.say("宝联", "收到")
    office.say("办甲", "停止 通知1")
    found = office.rows("SELECT action, person, details FROM audit WHERE action LIKE 'notice_%' ORDER BY id")
    first, second = office.people["办甲"], office.people["宝联"]
    assert [tuple(row) for row in found] == [
        ("notice_drafted", first, '{"notice": "1"}'),
        ("notice_released", first, '{"notice": "1"}'),
        ("notice_confirmed", second, '{"notice": "1"}'),
        ("notice_stopped", first, '{"notice": "1"}'),
    ]


def test_draft_is_judged_by_the_moment_of_its_release(office: NoticeOffice) -> None:
    office.say("办甲", "通知 草稿的填报人：请核对。")
    office.applicant("王五", "鲁山县水利局")
    office.now += timedelta(hours=1)
    assert "共2人" in office.say("办甲", "发送 通知1")


def test_whole_way_of_a_notice_in_the_chat(office: NoticeOffice) -> None:
    clerk = office.clerk
    clerk.staff.take(office.run(clerk.staff.load))
    said: list[str] = []

    def write(name: str, text: str) -> str:
        said.append(text)
        inbound = Inbound(Channel.WECOM, name, Kind.TEXT, text, office.now, key=f"chat{len(said)}")
        return "\n".join(office.run(lambda store: receive(clerk, store, inbound)).texts)

    assert write("办甲", "通知 老王：请看").startswith("没有看懂发给谁")
    assert write("办甲", "通知 草稿的填报人：{单位}请于{截止}前报送。").startswith("通知1（草稿）")
    assert (
        write("宝联", "签发 通知1")
        == "这项操作不在您的工作范围内。如需办理，请联系市办公室（0375-2663225）。"
    )
    assert write("办乙", "签发通知1").startswith("通知1（…请于…前报送）开始发送，共1人")
    office.deliver()
    answered, *question = write("张三", "收到 通知1").split("\n")
    assert answered == "好的，已登记您收到通知1（…请于…前报送）。"
    assert question[0].startswith("——请继续填写第1项")  # the form goes on where it was
    assert "共1人：已确认1。" in write("办甲", "通知1 情况")
    assert "这项操作不在您的工作范围内" not in write("李四", "通知要求交几份材料？")
