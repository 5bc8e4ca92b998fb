"""Acts that the console's pages call: reviews, imports, objections with an informant, the table of three factors."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction

import docx
import pytest

from bot.console.recommendation import rows_of
from bot.documents.results_paper import plaque_paper, results_paper
from bot.documents.results_text import plaque_rows, release_text
from bot.documents.sheet_read import SheetRow
from bot.model.answers import ApprovedAnswer
from bot.model.results import Informant, OnSite, Outcome, Received, ReleaseKind
from bot.ports_results import ResultQuery
from bot.results.board import public_notice_view, result_board
from bot.results.course import course_of, released
from bot.results.factors import factors
from bot.results.final_list import decide
from bot.results.objections import conclude, entrust, informant_of, objections, register_objection
from bot.results.plaques import hand_over_plaque, plaques
from bot.results.reviews import (
    checked_reviews,
    enter_review,
    finish_review,
    import_reviews,
    prepare_reviews,
    read_marks,
)
from bot.results.terms import terms_of
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused, refusal
from bot.staff.two_routes import route_facts
from config.campaign import Campaign
from tests.fakes.deciding import AUGUST, LINK, SECOND, Jury
from tests.fakes.recommending import BODY, OFFICE

HEADS = ("编号", "评审专家", "2.1得分", "2.1意见", "2.2", "2.3", "2.4", "2.5", "2.6 ")


@pytest.fixture
def jury(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Jury]:
    opened = Jury(campaign, new_sqlite())
    yield opened
    opened.close()


def test_review_change_is_a_new_revision_and_the_same_again_is_none(jury: Jury) -> None:
    (known,) = jury.inspected("宝丰县公安局", stage="accepted")
    jury.judge(known, "张教授", "85", "90", "80", "75", "88", "92.5")
    jury.judge(known, "张教授", "85", "90", "80", "75", "88", "92.5")
    assert jury.revisions(known, "张教授") == 1
    jury.judge(known, "张教授", "86", "90", "80", "75", "88", "92.5")
    assert jury.revisions(known, "张教授") == 2
    kept = jury.run(lambda store: store.reviews(known.id))
    assert [one.marks["2.1"].score for one in kept] == [85, 86]
    with pytest.raises(Refused, match="的得分“101”不正确"):
        jury.judge(known, "李教授", "85", "90", "80", "75", "88", "101")
    assert jury.act(OFFICE, lambda ask: finish_review(ask, known)).stage == "reviewed"
    with pytest.raises(Refused, match="不在您的工作范围内"):
        jury.act(BODY, lambda ask: enter_review(ask, known, "张教授", {}))


def test_review_is_not_finished_without_an_outcome(jury: Jury) -> None:
    (known,) = jury.inspected("宝丰县公安局", stage="accepted")
    assert "还没有评审结果" in jury.say(OFFICE, f"评审结束 {known.number}")
    jury.judge(known, "张教授", *["80"] * 6)
    assert "现为“已评审”" in jury.say(OFFICE, f"评审结束 {known.number}")


def test_reviewers_stay_on_the_deck_the_first_one_judged(jury: Jury) -> None:
    (known,) = jury.inspected("宝丰县公安局", stage="accepted")
    jury.run(lambda store: store.set_dossier(known.id, {"deck": "a" * 64}))
    jury.judge(jury.application(known.id), "张教授", *["80"] * 6)
    jury.run(lambda store: store.set_dossier(known.id, {"deck": "b" * 64}))
    replaced = jury.application(known.id)
    jury.judge(replaced, "李教授", *["90"] * 6)
    assert [one.deck for one in jury.run(lambda store: store.reviews(known.id))] == ["a" * 64] * 2
    with pytest.raises(Refused, match="没有登记过这一版"):
        jury.act(OFFICE, lambda ask: enter_review(ask, replaced, "王教授", {}, "c" * 64))


def test_import_keeps_nothing_while_a_row_is_wrong(jury: Jury) -> None:
    first, second = jury.inspected("宝丰县公安局", "宝丰县城市管理局", stage="accepted")
    good = (first.number, "张教授", "85", "扎实", "90", "80", "75", "88", "92")
    bad = (second.number, "张教授", "八十", "", "90", "80", "75", "88", "92")
    rows = [
        SheetRow(1, ("评审汇总表",)),
        SheetRow(2, HEADS),
        SheetRow(3, good),
        SheetRow(4, bad),
        SheetRow(5, good),
    ]
    _, faults = jury.act(OFFICE, lambda ask: prepare_reviews(ask, rows))
    assert [(fault.row, fault.why) for fault in faults] == [
        (4, "条件2.1的得分“八十”不正确，应为0至100之间的数，最多两位小数。"),
        (5, "与第3行是同一申报、同一评审人，请保留一行。"),
    ]
    with pytest.raises(Refused, match="“八十”不正确"):
        jury.act(OFFICE, lambda ask: checked_reviews(ask, rows))
    rows = [SheetRow(2, HEADS), SheetRow(3, good), SheetRow(4, ("宝丰县城市管理局", *good[1:]))]
    sheets = jury.act(OFFICE, lambda ask: checked_reviews(ask, rows))
    assert jury.act(OFFICE, lambda ask: import_reviews(ask, sheets)) == 2
    assert jury.act(OFFICE, lambda ask: import_reviews(ask, checked_reviews(ask, rows))) == 0
    assert [one.revision for one in jury.run(lambda store: store.reviews())] == [1, 1]
    assert jury.run(lambda store: store.reviews(first.id))[0].marks["2.1"].remark == "扎实"


def test_import_without_its_headings_says_which_are_needed(jury: Jury) -> None:
    _, faults = jury.act(OFFICE, lambda ask: prepare_reviews(ask, [SheetRow(1, ("a", "b"))]))
    assert [fault.why for fault in faults] == [
        "没有找到表头。表头应有：编号、评审人、2.1、2.2、2.3、2.4、2.5、2.6。"
    ]


def test_factors_stand_side_by_side_and_show_ties(jury: Jury, campaign: Campaign) -> None:
    first, second, third = jury.inspected("宝丰县公安局", "宝丰县城市管理局", "宝丰县交通运输局")
    jury.judge(first, "张教授", *["80"] * 6)
    jury.judge(second, "张教授", *["90"] * 6)
    jury.judge(second, "李教授", *["70"] * 6)
    jury.run(lambda store: store.set_ranking("baofeng", [second.id, first.id, third.id]))
    course = course_of(campaign)
    rows = jury.run(lambda store: factors(store, campaign, ResultQuery(course)))
    assert [row.number for row in rows] == [first.number, second.number, third.number]
    assert [(row.rank, row.of) for row in rows] == [(2, 3), (1, 3), (3, 3)]
    assert [row.tied_review for row in rows] == [second.number, first.number, ""]
    review = rows[1].review
    assert review is not None
    assert review.total is None
    spread = review.conditions["2.1"]
    assert [spread.mean, spread.median, spread.low, spread.high, spread.count] == [80, 80, 70, 90, 2]
    said = jury.say(OFFICE, "三项对照")
    assert f"{first.number} 宝丰县公安局｜评审：2.1 80、2.2 80、2.3 80、2.4 80、2.5 80、2.6 80（1人）" in said
    assert f"推荐：宝丰县人民政府第2位（共3家）｜评审同分：{second.number}" in said


def test_veto_and_unsigned_sheet_keep_a_unit_off_the_list(jury: Jury) -> None:
    (known,) = jury.inspected("宝丰县公安局")
    veto = OnSite(Fraction(80), Fraction(80), True, True)
    with pytest.raises(Refused, match="一票否决"):
        jury.act(OFFICE, lambda ask: decide(ask, known, Outcome.IN, "好", veto))
    unsigned = OnSite(Fraction(80), Fraction(80), False, False)
    with pytest.raises(Refused, match="尚未签字"):
        jury.act(OFFICE, lambda ask: decide(ask, known, Outcome.IN, "好", unsigned))
    early = jury.inspected("宝丰县水利局", stage="accepted")[0]
    with pytest.raises((Refused, MoveRefused), match="已受理"):
        jury.act(OFFICE, lambda ask: decide(ask, early, Outcome.IN, "好"))
    assert jury.run(lambda store: list(store.decisions())) == []


def test_informant_is_for_handlers_alone_and_each_look_is_on_record(jury: Jury) -> None:
    known = jury.in_notice()[0]
    who = Informant("赵某", "13800000000")
    form = lambda ask: register_objection(ask, Received.PHONE, True, "不实", known, who)  # noqa: E731
    first = jury.act(OFFICE, form)
    assert jury.act(OFFICE, form) == first
    assert jury.act(OFFICE, lambda ask: informant_of(ask, 1)) == who
    with pytest.raises(Refused, match="只有异议1的经办人"):
        jury.act(SECOND, lambda ask: informant_of(ask, 1))
    with pytest.raises(Refused, match="只有异议1的经办人"):
        jury.act(SECOND, lambda ask: entrust(ask, 1, jury.people[SECOND]))
    jury.act(OFFICE, lambda ask: entrust(ask, 1, jury.people[SECOND]))
    assert jury.act(SECOND, lambda ask: informant_of(ask, 1)) == who
    assert len(jury.audited("view_informant")) == 2
    views = jury.run(lambda store: objections(store, jury.campaign))
    shown = str(views) + jury.say(OFFICE, "异议1") + jury.say(OFFICE, "异议") + "".join(jury.told(SECOND))
    assert [word for word in ("赵某", "13800000000") if word in shown] == []
    assert views[0].handlers == (jury.people[OFFICE], jury.people[SECOND])
    jury.act(SECOND, lambda ask: conclude(ask, 1, False, "查无实据"))
    with pytest.raises(Refused, match="已经办结"):
        jury.act(OFFICE, lambda ask: conclude(ask, 1, True, "改判"))


def test_objection_before_any_notice_is_the_offices_own_finding_only(jury: Jury) -> None:
    (known,) = jury.inspected("宝丰县公安局")
    with pytest.raises(Refused, match="还没有开始公示"):
        jury.act(OFFICE, lambda ask: register_objection(ask, Received.MAIL, False, "x", known))
    kept = jury.act(OFFICE, lambda ask: register_objection(ask, Received.CHECK, True, "x", known))
    assert kept.number == 1


def test_views_count_down_and_count_up(jury: Jury, campaign: Campaign) -> None:
    jury.in_notice()
    assert not jury.run(lambda store: public_notice_view(store, campaign)).outdated
    board = jury.run(lambda store: result_board(store, campaign, date(2019, 8, 19)))
    assert (board.days_left, board.is_open) == (3, True)
    over = jury.run(lambda store: result_board(store, campaign, date(2019, 8, 22)))
    assert (over.days_left, over.is_open) == (0, False)
    assert (board.counts.inside, board.counts.outside, board.counts.undecided) == (2, 1, 0)
    assert board.releases.notice is not None
    assert board.releases.notice.link == LINK


def test_papers_hold_the_names_byte_for_byte(jury: Jury, campaign: Campaign) -> None:
    found = jury.after_window()
    jury.say(OFFICE, "公布 平法政〔2019〕9号")
    jury.say(SECOND, "签发公布")
    units = [known.values["unit_name"].encode() for known in found[:2]]
    for kind in ReleaseKind:
        release = jury.run(lambda store, kind=kind: released(store, kind))  # type: ignore[misc]
        assert release is not None
        paper = docx.Document(io.BytesIO(results_paper(release_text(campaign, release))))
        listed = [line.runs[1].text.encode() for line in paper.paragraphs if line.text[:2] in ("1.", "2.")]
        assert listed == units
    lines = jury.run(plaques)
    rows = plaque_rows(campaign, [(line.listed, line.handed_over) for line in lines])
    table = docx.Document(io.BytesIO(plaque_paper(campaign, rows))).tables[0]
    assert [row.cells[1].text.encode() for row in table.rows[1:]] == units
    fonts = {run.font.name for line in paper.paragraphs[2:] for run in line.runs}
    assert fonts == {"仿宋"}


def test_plaque_day_and_signature_are_checked(jury: Jury) -> None:
    known = jury.after_window()[0]
    jury.say(OFFICE, "公布")
    jury.say(SECOND, "签发公布")
    announced = jury.application(known.id)
    for day, signature in ((date(2019, 8, 21), ""), (date(2019, 8, 23), ""), (date(2019, 8, 22), "scan.jpg")):
        with pytest.raises(Refused):
            jury.act(OFFICE, lambda ask, d=day, s=signature: hand_over_plaque(ask, announced, "张三", d, s))  # type: ignore[misc]
    plaque = jury.act(
        OFFICE, lambda ask: hand_over_plaque(ask, announced, "张三", date(2019, 8, 22), "a" * 64)
    )
    assert jury.run(lambda store: list(store.plaques())) == [plaque]


def test_marks_are_read_or_refused(jury: Jury) -> None:
    with pytest.raises(Refused, match="缺少得分"):
        jury.act(OFFICE, lambda ask: read_marks(ask, {"2.1": ("85", "")}))


def test_bodies_read_public_labels_from_the_review_on(jury: Jury) -> None:
    found = jury.decided()
    said = jury.say(BODY, "进度") + jury.say(BODY, f"查 {found[0].number}")
    assert said.count("市办公室评审中") == 4
    assert [label for label in ("拟定", "已验收") if label in said] == []
    assert f"{found[0].number}" in jury.say(OFFICE, "名单")
    assert "拟定" in jury.say(OFFICE, f"查 {found[0].number}")


def test_approved_answer_decides_the_window(jury: Jury, campaign: Campaign) -> None:
    text = "公示期为七个工作日，异议以实名书面形式提出。"
    answer = ApprovedAnswer(
        1,
        1,
        "公示期多长",
        (),
        text,
        (),
        "王主任",
        date(2019, 8, 1),
        "Q8",
        True,
        "",
        AUGUST - timedelta(days=9),
    )
    assert jury.run(lambda store: terms_of(store, campaign)) is None
    jury.run(lambda store: store.keep_answer(answer))
    terms = jury.run(lambda store: terms_of(store, campaign))
    assert terms is not None
    assert (terms.workdays, terms.channel) == (7, text.rstrip("。"))


def test_bodies_and_inspectors_read_no_result_in_what_is_refused(jury: Jury) -> None:
    found = jury.decided()
    inside, outside = jury.application(found[0].id), jury.application(found[2].id)
    said = [
        jury.say(BODY, f"打开 {found[0].number}"),
        jury.say(BODY, f"退回 {found[0].number} 理由：补正 期限：8月20日"),
        jury.say(BODY, f"列为候选 {found[0].number}"),
        jury.act(BODY, lambda ask: refusal(ask, inside, "accept_candidate")),
        jury.act(BODY, lambda ask: refusal(ask, outside, "return")),
    ]
    assert [word for word in ("拟定", "已验收", "三项均居前", "验收得分低") if word in "".join(said)] == []
    assert "市办公室评审中" in said[3]
    assert "现在是“拟定”" in jury.act(OFFICE, lambda ask: refusal(ask, inside, "accept"))


def test_body_reads_no_reason_for_a_result_in_what_is_refused_after_it(jury: Jury) -> None:
    found = jury.after_window()
    jury.say(OFFICE, "公布")
    jury.say(SECOND, "签发公布")
    out = jury.application(found[2].id)
    assert "验收得分低" not in jury.act(BODY, lambda ask: refusal(ask, out, "return"))
    assert "验收得分低" in jury.act(OFFICE, lambda ask: refusal(ask, out, "accept"))


def test_a_second_route_shows_the_public_label_of_the_other(jury: Jury) -> None:
    jury.inspected("平顶山市市场监督管理局新华分局", stage="shortlisted", body="market")
    twin = jury.apply("新华区市场监督管理局", "xinhua")
    (line,) = jury.act(OFFICE, lambda ask: route_facts(ask, twin))
    assert ("市办公室评审中" in line, "拟定" in line) == (True, False)


def test_body_reads_public_labels_on_its_own_page(jury: Jury) -> None:
    (known,) = jury.inspected("宝丰县公安局", stage="shortlisted")
    jury.run(lambda store: store.set_ranking("baofeng", [known.id]))
    rows = jury.act(BODY, lambda ask: rows_of(ask, [known.id]))
    assert [row.stage for row in rows] == ["市办公室评审中"]


def test_holder_gets_the_letter_alone_when_it_is_announced(jury: Jury) -> None:
    jury.after_window()
    before = len(jury.told("holder-宝丰县公安局"))
    jury.say(OFFICE, "公布")
    jury.say(SECOND, "签发公布")
    assert [text for text in jury.told("holder-宝丰县公安局")[before:] if "已公布" in text] == []
    assert str(jury.bodies("holder-宝丰县公安局")).count("被确定为") == 1
