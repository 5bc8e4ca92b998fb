"""The engine by rule of the dialogue page; whole journeys stand in tests/transcripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.dialogue.effects import Amend, Leave, Move, RecordLate, RecordQuestion
from bot.model.message import Kind
from tests.fakes.conversation import FORM, Chat, said

LATE = datetime(2019, 7, 25, 16, tzinfo=UTC)


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.TEXT, Kind.EVENT)])
def test_other_kind_is_refused_and_changes_nothing(chat: Chat, kind: Kind) -> None:
    before = chat.fill("leader")
    after = chat.say("", kind=kind)
    assert (after.errors, after.asking, after.form) == (("unsupported_type",), "leader", before.form)


def test_event_greets_without_error(chat: Chat) -> None:
    assert chat.say("", kind=Kind.EVENT).errors == ()
    before = chat.fill("leader")
    chat.say("重新开始")
    assert chat.say("", kind=Kind.EVENT).form == before.form
    assert chat.state().pending == "restart"


def test_mirrors_move_together_until_they_differ(chat: Chat) -> None:
    chat.say("我要申报")
    assert chat.say("甲局").form == {"applicant_unit": "甲局", "unit_name": "甲局"}
    assert chat.say("单位名称改成乙局").form == {"applicant_unit": "乙局", "unit_name": "乙局"}
    assert chat.say("申报单位：丙局；单位名称：丁局").form == {"applicant_unit": "丙局", "unit_name": "丁局"}
    assert chat.say("申报单位改成戊局").form == {"applicant_unit": "戊局", "unit_name": "丁局"}


def test_good_values_are_stored_beside_refused_ones(chat: Chat) -> None:
    chat.say("我要申报")
    outcome = chat.say("电话：123，邮箱：abc，推荐意见：同意，负责人：张三")
    assert outcome.errors == ("not_applicant_field", "bad_phone", "bad_email")
    assert (outcome.form, outcome.asking) == ({"leader": "张三"}, "applicant_unit")


@pytest.mark.parametrize("heading", ["以下是我们的信息：", "大家好", "不对", "补充一下", "您好，老师"])
def test_heading_before_labels_is_no_value(chat: Chat, heading: str) -> None:
    chat.say("我要申报")
    assert chat.say(f"{heading}，负责人：张三").form == {"leader": "张三"}


def test_answer_before_labels_is_a_value(chat: Chat) -> None:
    chat.fill("leader", "contact_email")
    form = chat.say("王强，邮箱 a@b.cn").form
    assert (form["leader"], form["contact_email"]) == ("王强", "a@b.cn")


@pytest.mark.parametrize(
    ("asked", "front"),
    [
        ("leader", "忘记说了"),
        ("leader", "方便的话"),
        ("leader", "联系方式"),
        ("unit_level", "王强"),
        ("recommender", "联系人"),
    ],
)
def test_talk_before_labels_is_no_answer(chat: Chat, asked: str, front: str) -> None:
    chat.fill(asked, "contact_email")
    before = chat.say("邮箱 b@b.cn").form
    outcome = chat.say(f"{front}，邮箱 a@b.cn")
    assert (outcome.form, outcome.asking) == ({**before, "contact_email": "a@b.cn"}, asked)


def test_wrong_value_after_a_bare_label_is_refused_and_spoils_no_other(chat: Chat) -> None:
    chat.say("我要申报")
    outcome = chat.say("负责人张三，电话12345，邮箱pdsjt.126.com，日期2月30日")
    assert sorted(outcome.errors) == ["bad_date", "bad_email", "bad_phone"]
    assert (outcome.form, outcome.asking) == ({"leader": "张三"}, "applicant_unit")


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("把地址改为昆阳大道18号，负责人改成钱伟", {"unit_address": "昆阳大道18号", "leader": "钱伟"}),
        (
            "地址写错了，应该是建设路1号，院内3楼；邮箱改成 c@d.cn",
            {"unit_address": "建设路1号，院内3楼", "contact_email": "c@d.cn"},
        ),
        (
            "负责人错了，应为赵六。另外电话也写错了，应该是 0375-1234567",
            {"leader": "赵六", "contact_phone": "0375-1234567"},
        ),
        ("地址改为昆阳大道18号，负责人办公室", {"unit_address": "昆阳大道18号，负责人办公室"}),
    ],
)
def test_several_corrections_in_one_message_are_each_set(
    chat: Chat, text: str, changed: dict[str, str]
) -> None:
    chat.fill("applicant_opinion")
    before = chat.say("进度").form
    outcome = chat.say(text)
    assert (outcome.form, outcome.errors) == ({**before, **changed}, ())


def test_refused_one_of_several_corrections_spoils_no_other(chat: Chat) -> None:
    chat.fill("summary")
    chat.say("完")
    outcome = chat.say("负责人改成李四，电话改成123")
    assert outcome.errors == ("bad_phone",)
    assert outcome.form["leader"] == "李四"


def test_correction_naming_the_wrong_value_is_no_correction_inside_a_long_text(chat: Chat) -> None:
    chat.fill("summary")
    part = "意见箱收集到窗口指引有误，改为电子屏。"
    assert chat.say(part).asking == "summary"
    outcome = chat.say("完")
    assert (outcome.form["summary"], outcome.form["applicant_opinion"]) == (part, FORM["applicant_opinion"])
    assert chat.say("负责人王建军写错了，应该是王建国").form["leader"] == "王建国"


def test_switch_without_a_name_shows_the_list(chat: Chat) -> None:
    chat.say("我们是卫东区水利局")
    outcome = chat.say("切换到")
    assert "共1份" in said(outcome)
    assert (outcome.form, outcome.asking) == (chat.say("进度").form, "recommender")


def test_label_without_its_value_is_empty_and_asked_for(chat: Chat) -> None:
    chat.say("我要申报")
    outcome = chat.say("地址：")
    assert (outcome.errors, outcome.form, outcome.asking) == (("empty",), {}, "unit_address")
    assert chat.say("修改级别：").asking == "unit_level"


def test_refused_answer_keeps_the_question_and_helps_more_each_time(chat: Chat) -> None:
    chat.fill("fill_date")
    replies = []
    for _ in range(3):
        outcome = chat.say("2月30日")
        assert (outcome.errors, outcome.asking) == (("bad_date",), "fill_date")
        replies.append(said(outcome))
    assert [reply.count("\n") for reply in replies] == [1, 2, 3]
    assert "0375-2663225" in replies[2]


def test_change_asked_for_returns_to_what_was_asked(chat: Chat) -> None:
    chat.fill("contact_name", "contact_email")
    assert chat.say("修改地址").asking == "unit_address"
    assert chat.say("修改负责人").asking == "leader"
    assert chat.say("创新加分几分？").asking == "leader"
    assert chat.say("张新").asking == "unit_address"
    assert chat.say("跳过").asking == "contact_name"
    assert chat.applications[chat.state().current].values["leader"] == "张新"


def test_step_back_goes_one_field_further_each_time_and_returns(chat: Chat) -> None:
    chat.say("我要申报")
    for value in ["甲局", "乙办", "今天", "建设路1号"]:
        chat.say(value)
    assert [chat.say("上一步").asking for _ in range(3)] == ["unit_address", "fill_date", "recommender"]
    assert chat.say("丙办").asking == "unit_level"
    assert chat.say("上一步").asking == "recommender"


def test_parts_are_joined_with_nothing_between_and_survive_detours(chat: Chat) -> None:
    chat.fill("summary")
    assert said(chat.say("基本情况：2018年办案20")).count("累计") == 1
    chat.say("修改地址")
    chat.say("新路1号")
    chat.say("创新加分几分？")
    chat.say("", kind=Kind.IMAGE)
    chat.say("19件 ")
    chat.say(" 我局，负责人：带头讲法。")
    outcome = chat.say("完")
    assert outcome.form["summary"] == "2018年办案2019件  我局，负责人：带头讲法。"
    assert outcome.status == "complete"


def test_label_is_not_counted_and_the_exact_count_is_told(chat: Chat) -> None:
    chat.fill("summary")
    refused = chat.say("基本情况：" + "服" * 1001)
    assert refused.errors == ("too_long",)
    assert "1001" in said(refused)
    assert "1000" in said(refused)
    assert chat.say("完").errors == ("empty",)
    chat.say("基本情况：" + "服" * 1000)
    assert chat.say("完").form["summary"] == "服" * 1000


def test_question_is_recorded_and_stores_nothing(chat: Chat) -> None:
    before = chat.fill("leader")
    outcome = chat.say("创新加分最多多少分")
    assert (outcome.form, outcome.asking) == (before.form, "leader")
    assert chat.done == [RecordQuestion("创新加分最多多少分", ("contact",), False)]


def test_value_that_sounds_like_a_question_is_stored_with_a_way_back(chat: Chat) -> None:
    chat.fill("leader")
    outcome = chat.say("多少都行吗")
    assert outcome.form["leader"] == "多少都行吗"
    assert "修改负责人姓名" in said(outcome)


def test_skipped_fields_come_again_when_no_other_is_left(chat: Chat) -> None:
    chat.say("我要申报")
    asked = [chat.say("跳过").asking for _ in range(24)]
    names = list(FORM)
    assert asked[:11] == names[1:]
    assert asked[11] == names[0]
    assert all(one != other for one, other in pairwise(asked))


@pytest.mark.parametrize("word", ["确认", "确定", "提交", "確認。"])
def test_confirmation_submits_a_complete_form(chat: Chat, word: str) -> None:
    chat.fill()
    outcome = chat.say(word)
    assert (outcome.status, outcome.asking, outcome.form) == ("submitted", None, FORM)
    number = "2019-001"
    assert Move(chat.state().current, "submit", "draft", "submitted", f"{number}-1") in chat.done


def test_restart_needs_its_own_confirmation(chat: Chat) -> None:
    chat.fill()
    assert chat.say("重新开始").form == FORM
    assert chat.say("创新加分几分？").status == "complete"
    assert chat.say("重新开始").status == "complete"
    outcome = chat.say("是的")
    assert (outcome.status, dict(outcome.form), outcome.asking) == ("draft", {}, "applicant_unit")


def test_amendments_count_only_after_confirmation(chat: Chat) -> None:
    chat.submit()
    assert chat.say("修改地址").asking == "unit_address"
    assert chat.say("新路1号").form == FORM
    assert chat.say("电话改成12").errors == ("bad_phone",)
    assert chat.say("负责人：张新").asking is None
    outcome = chat.say("确认")
    assert outcome.form == {**FORM, "unit_address": "新路1号", "leader": "张新"}
    assert [effect for effect in chat.done if isinstance(effect, Amend)] == [
        Amend(chat.state().current, "2019-001-2")
    ]
    chat.say("地址改成新路2号")
    assert chat.say("取消").form == outcome.form
    assert chat.say("确认").form == outcome.form


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("修改地址", "amend"),
        ("地址改成X路1号", "amend"),
        ("地址：X路1号", "amend"),
        ("撤回", "withdraw"),
        ("我要申报", "start"),
    ],
)
def test_late_wish_is_refused_and_recorded(chat: Chat, text: str, what: str) -> None:
    chat.submit()
    chat.now = LATE - timedelta(seconds=1)
    assert chat.say("进度").errors == ()
    chat.now = LATE
    outcome = chat.say(text)
    assert (outcome.errors, outcome.status, outcome.form, outcome.asking) == (
        ("late",),
        "submitted",
        FORM,
        None,
    )
    assert "0375-2663225" in said(outcome)
    assert [effect.what for effect in chat.done if isinstance(effect, RecordLate)] == [what]


def test_amendment_open_at_the_deadline_is_dropped(chat: Chat) -> None:
    chat.submit()
    chat.say("地址改成新路1号")
    chat.say("修改负责人")
    chat.now = LATE
    outcome = chat.say("张新")
    assert (outcome.errors, outcome.asking, outcome.form) == (("late",), None, FORM)
    assert chat.say("确认").form == FORM


@pytest.mark.parametrize("word", ["提交", "确认"])
def test_late_submission_quotes_the_notice_and_judges_nothing(chat: Chat, word: str) -> None:
    chat.fill("leader")
    chat.now = LATE
    outcome = chat.say(word)
    assert (outcome.errors, outcome.status) == (("late",), "draft")
    assert "逾期不报视为自动放弃" in said(outcome)


def test_withdrawn_application_opens_again_unless_its_unit_is_taken(chat: Chat) -> None:
    chat.submit()
    chat.say("撤回")
    assert chat.say("确认").status == "withdrawn"
    assert chat.say("我们是卫东区水利局", "u2", name="钱二").errors == ()
    taken = chat.say("我要申报")
    assert (taken.errors, taken.status) == (("duplicate_unit",), "withdrawn")
    assert "钱二" in said(taken)
    chat.say("单位名称改成卫东区河湖局", "u2")
    assert chat.say("我要申报").form == FORM


def test_taken_unit_shows_who_and_nothing_else(chat: Chat) -> None:
    chat.fill()
    chat.say("我要申报", "u2", name="钱二")
    outcome = chat.say("卫东区水利局", "u2")
    assert (outcome.errors, dict(outcome.form)) == (("duplicate_unit",), {})
    shown = said(outcome)
    assert "u1" in shown
    for name in ("unit_address", "leader", "contact_name", "contact_phone", "contact_email", "summary"):
        assert FORM[name] not in shown


def test_own_unit_twice_is_a_duplicate_without_takeover(chat: Chat) -> None:
    chat.fill()
    chat.say("另报一个单位")
    outcome = chat.say("我们是卫东区水利局")
    assert outcome.errors == ("duplicate_unit",)
    assert "申请接手" not in said(outcome)
    assert chat.say("切换到卫东区水利局").form == FORM


def test_granted_takeover_moves_everything_and_drops_the_askers_draft(chat: Chat) -> None:
    chat.fill("contact_email")
    chat.say("推荐单位：甲办", "u2", name="钱二")
    chat.say("我们是卫东区水利局", "u2")
    chat.say("申请接手", "u2")
    assert "钱二" in said(chat.say("😀"))
    assert chat.say("同意接手").status == "none"
    words = chat.say("石龙区人民路5号", "u2")  # meant for the question of the draft that is gone
    assert words.form == {name: value for name, value in FORM.items() if name != "contact_email"}
    assert len(chat.applications) == 1
    assert chat.say("a@b.cn", "u2").status == "complete"


def test_refused_takeover_is_told_to_the_asker(chat: Chat) -> None:
    chat.fill()
    chat.say("我们是卫东区水利局", "u2")
    chat.say("申请接手", "u2")
    assert chat.say("拒绝接手").form == FORM
    assert "没有同意" in said(chat.say("进度", "u2"))
    assert "没有人申请" in said(chat.say("同意接手"))


def test_takeover_of_an_application_that_changed_its_unit_is_void(chat: Chat) -> None:
    chat.fill()
    chat.say("我们是卫东区水利局", "u2")
    chat.say("申请接手", "u2")
    chat.say("单位名称改成卫东区河湖局")
    assert chat.say("同意接手").status == "complete"
    outcome = chat.say("申请接手", "u2")
    assert "没有人在填报" in said(outcome)
    assert not any(isinstance(effect, Leave) for effect in chat.done)


def test_takeover_of_an_application_withdrawn_and_begun_by_another_is_void(chat: Chat) -> None:
    chat.fill()
    chat.say("确认")
    chat.say("我们是卫东区水利局", "u2")
    chat.say("申请接手", "u2")
    chat.say("撤回")
    chat.say("确认")
    own = chat.say("我们是卫东区水利局，负责人：李四", "u2").form
    assert chat.say("同意接手").status == "withdrawn"
    assert chat.say("进度", "u2").form == own


def test_every_other_asker_learns_of_a_grant(chat: Chat) -> None:
    chat.fill()
    for user in ("u2", "u3"):
        chat.say("我们是卫东区水利局", user)
        chat.say("申请接手", user)
    told = said(chat.say("同意接手"))
    assert "u2" in told
    assert "u3" in told
    assert chat.say("进度", "u2").form == FORM
    assert "没有同意" in said(chat.say("进度", "u3"))
    chat.say("申请接手", "u3")
    assert "u3" in said(chat.say("进度", "u2"))


def test_returned_application_hears_what_to_put_right_and_goes_in_again(chat: Chat) -> None:
    chat.submit()
    (known,) = chat.applications.values()
    returned = {"return_due": "2019-07-16", "return_reason": "缺公章"}
    chat.applications[known.id] = replace(known, stage="returned", dossier={**known.dossier, **returned})
    for words in ("进度", "我已经补好了"):
        assert "已退回补正：缺公章。请在7月16日前改好" in said(chat.say(words))
    assert chat.say("重新报送").status == "submitted"
