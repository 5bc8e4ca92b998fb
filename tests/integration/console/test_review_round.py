"""The review round: the office opens it and gives applications, reviewers keep away, write and report."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.model.application import Application
from bot.model.results import ReviewOutcome
from bot.model.staff import Role
from bot.results.marks import latest
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console
from tests.fakes.recommending import BODY, OFFICE
from tests.fakes.reviewing import UNITS, add_deck, begin_round, give_all, under_review

ROUND, MINE = "/console/results/round", "/console/reviews"
SCORES = {f"score-2.{place}": "80" for place in range(1, 7)}
SECRET = "只有郑七能看的意见"


def sheets(console: Console, known: Application) -> dict[str, ReviewOutcome]:
    return console.run(lambda store: latest(store.reviews(known.id))).get(known.id, {})


def holders(console: Console, known: Application) -> set[int]:
    return {one.person for one in console.run(lambda store: store.assignments([known.id]))}


# the office opens the round


async def test_the_office_opens_a_round_and_everybody_invited_is_told(console: Console) -> None:
    under_review(console)
    office = await console.reader(OFFICE)
    assert "开启评审并发出邀请" in await office.get(ROUND)
    people = [console.people[INSPECTOR], console.people[INSPECTOR_TWO]]
    page = await office.post(f"{ROUND}/open", {"due": "2019-08-02", "person": str(people[0])})
    assert ("郑七" in page, "尚未确认职责和回避" in page, "8月2日" in page) == (True, True, True)
    assert "您受邀参加" in console.told(INSPECTOR)[-1]
    assert console.told(INSPECTOR_TWO) == []
    assert "已邀请 1 人" in await office.post(f"{ROUND}/invite", {"person": str(people[1])})
    assert console.audited("open_review_round") == ['{"to": "2019-08-02"}']
    assert "期限 8月9日" in await office.post(f"{ROUND}/due", {"due": "2019-08-09"})
    assert "评审期限改为8月9日" in console.told(INSPECTOR)[-1]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"due": "2019-08-02"}, "请至少选择一位评审人员"),
        ({"due": "2019-01-01"}, "评审期限应为今天或以后的日期"),
        ({"due": "随便"}, "评审期限应为今天或以后的日期"),
    ],
)
async def test_a_round_needs_a_day_and_people(console: Console, form: dict[str, str], sentence: str) -> None:
    office = await console.reader(OFFICE)
    assert sentence in await office.post(f"{ROUND}/open", form)
    assert console.run(lambda store: store.review_round()) is None


async def test_members_of_the_office_are_not_invited(console: Console) -> None:
    both = console.people[OFFICE_TWO]
    console.run(lambda store: store.add_member(both, Role.INSPECTOR, "", False, console.now))
    office = await console.reader(OFFICE)
    page = await office.get(ROUND)
    assert (f'value="{both}"' in page, f'value="{console.people[INSPECTOR]}"' in page) == (False, True)
    await office.post(f"{ROUND}/open", {"due": "2019-08-02", "person": str(both)})
    assert console.run(lambda store: store.reviewers()) == []


async def test_two_of_one_name_have_sheets_of_their_own(console: Console) -> None:
    console.people["other"] = console.member("other", "郑七", Role.INSPECTOR, "")
    begin_round(console, (INSPECTOR, "other"))
    names = [one.name for one in console.run(lambda store: store.reviewers())]
    assert names == ["郑七", "郑七（2）"]


# giving


async def test_applications_are_given_evenly_and_not_to_whoever_has_an_interest(console: Console) -> None:
    first, second, third = under_review(console)
    bare = console.apply("宝丰县水利局", stage="accepted")
    begin_round(console)
    console.run(
        lambda store: store.add_member(console.people[INSPECTOR], Role.BODY, "market", False, console.now)
    )
    foreign = under_review(console, ["市某公司"], "market")[0]
    office = await console.reader(OFFICE)
    page = await office.post(f"{ROUND}/units", {"each": "1"})
    assert "新分派 4 件次。" in page
    assert "1 件还没有可供评审的申报报告" in page
    one, two = console.people[INSPECTOR], console.people[INSPECTOR_TWO]
    assert [holders(console, known) for known in (first, second, third)] == [{one}, {two}, {one}]
    assert (holders(console, foreign), holders(console, bare)) == ({two}, set())
    assert "新分派给您评审2件" in console.told(INSPECTOR)[-1]
    page = await office.post(f"{ROUND}/units", {"each": "2"})
    assert "新分派 3 件次。" in page
    assert "1 件因回避等原因人数不足" in page
    assert "没有需要新分派的申报件" in await office.post(f"{ROUND}/units", {"each": "2"})
    assert "应为1至2的整数" in await office.post(f"{ROUND}/units", {"each": "99"})


async def test_one_application_is_given_by_hand(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    office = await console.reader(OFFICE)
    one, two = console.people[INSPECTOR], console.people[INSPECTOR_TWO]
    at = f"{ROUND}/units/{known.number}"
    assert "新增 1 人，收回 0 人" in await office.post(at, {"person": str(one)})
    assert "新增 1 人，收回 1 人" in await office.post(at, {"person": str(two)})
    assert holders(console, known) == {two}
    reviewer = await console.reader(INSPECTOR_TWO)
    await reviewer.post(f"{MINE}/{known.number}/away", {"reason": "本单位"})
    refused = await office.send(at, {"person": str(two)})
    assert "冯八需回避宝丰县公安局" in await refused.text()
    assert holders(console, known) == set()
    await office.get(f"{ROUND}/units/2019-99999", 404)


# reviewers


async def test_a_reviewer_keeps_away_before_anything_is_shown(console: Console) -> None:
    first, second, _ = under_review(console)
    office = await console.reader(OFFICE)
    await office.post(f"{ROUND}/open", {"due": "2019-08-02", "person": str(console.people[INSPECTOR])})
    await office.post(f"{ROUND}/units", {"each": "1"})
    reader = await console.reader(INSPECTOR)
    await reader.get(f"{MINE}/{first.number}", 404)
    page = await reader.get(f"{MINE}/duties")
    assert [unit in page for unit in UNITS] == [True] * 3
    assert (first.number in page, "王五" in page) == (False, False)
    assert "请先勾选“我已阅读并同意”" in await reader.post(f"{MINE}/duties", {"begin": "1"})
    assert "请写明回避的理由" in await reader.post(f"{MINE}/duties", {"pick": first.id})
    page = await reader.post(
        f"{MINE}/duties", {"pick": first.id, "reason": "下属单位", "agreed": "1", "begin": "1"}
    )
    assert (UNITS[0] in page, UNITS[1] in page) == (False, True)
    before = len(console.audited("review_refused"))
    for path in ("", "/deck", "/1.jpg"):
        await reader.get(f"{MINE}/{first.number}{path}", 404)
    await reader.get(f"{MINE}/{second.number}")
    assert len(console.audited("review_refused")) == before + 3
    assert "郑七登记回避1家：宝丰县公安局。理由：下属单位" in console.told(OFFICE)[-1]
    assert "下属单位" in await office.get(f"{ROUND}/units")
    assert "已登记回避（1）" in await reader.get(f"{MINE}/duties")


async def test_a_sheet_is_saved_as_it_is_typed_and_handed_in_when_it_is_whole(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 2)
    reader = await console.reader(INSPECTOR)
    at = f"{MINE}/{known.number}"
    saved = await (await reader.send(f"{at}/draft", {"score-2.1": "8x", "remark-2.1": SECRET})).text()
    assert "草稿已自动保存" in saved
    page = await reader.get(at)
    assert ('value="8x"' in page, SECRET in page, "草稿，尚未提交" in page) == (True, True, True)
    assert sheets(console, known) == {}
    refused = await (await reader.send(at, {**SCORES, "score-2.1": "8x", "hand_in": "1"})).text()
    assert "条件2.1的得分“8x”不正确" in refused
    assert 'value="8x"' in refused
    assert "评审表已提交" in await reader.post(at, {**SCORES, "score-2.2": "85.5", "hand_in": "1"})
    sheet = sheets(console, known)["郑七"]
    assert (sheet.revision, sheet.deck, sheet.by) == (1, known.dossier["deck"], console.people[INSPECTOR])
    assert [str(mark.score) for mark in sheet.marks.values()] == ["80", "171/2", "80", "80", "80", "80"]
    assert 'value="85.5"' in await reader.get(at)
    assert "草稿已保存" in await reader.post(at, {"score-2.1": "90"})
    assert sheets(console, known)["郑七"].revision == 1
    await reader.post(at, {**SCORES, "score-2.1": "90", "hand_in": "1"})
    assert sheets(console, known)["郑七"].revision == 2


async def test_the_first_page_tells_a_reviewer_how_far_they_are(console: Console) -> None:
    known, *_ = under_review(console)
    reader = await console.reader(INSPECTOR)
    assert "评审：已提交" not in await reader.get("/console/")
    begin_round(console, (INSPECTOR,))
    give_all(console, 1)
    assert "评审：已提交 <strong>0</strong> / 3 件" in await reader.get("/console/")
    await reader.post(f"{MINE}/{known.number}", {**SCORES, "hand_in": "1"})
    assert "评审：已提交 <strong>1</strong> / 3 件" in await reader.get("/console/")


async def test_nobody_sees_another_ones_sheet_or_unit(console: Console) -> None:
    first, second, _ = under_review(console)
    begin_round(console)
    give_all(console, 1)
    one, two = await console.reader(INSPECTOR), await console.reader(INSPECTOR_TWO)
    form = {**SCORES, "score-2.1": "73.37", "remark-2.1": SECRET, "hand_in": "1"}
    await one.post(f"{MINE}/{first.number}", form)
    for path in ("", "/deck", "/1.jpg", "/2.jpg"):
        await two.get(f"{MINE}/{first.number}{path}", 404)
    for path in ("", "/draft", "/problem", "/away"):
        response = await two.send(f"{MINE}/{first.number}{path}", {**form, "text": "看看", "reason": "看看"})
        assert response.status == 404
    assert list(sheets(console, first)) == ["郑七"]
    give_all(console, 2)
    mine = await two.get(f"{MINE}/{first.number}") + await two.get(MINE)
    assert [word in mine for word in (SECRET, "73.37", "郑七")] == [False] * 3
    body = await console.reader(BODY)
    for path in (MINE, f"{MINE}/duties", f"{MINE}/{first.number}", ROUND, f"{ROUND}/units"):
        await body.get(path, 404)
    office = await console.reader(OFFICE)
    await office.get(f"{MINE}/{first.number}", 404)
    await two.get(ROUND, 404)
    assert second.number in await two.get(MINE)


async def test_what_was_handed_in_stays_when_a_reviewer_is_replaced(console: Console) -> None:
    first, second, third = under_review(console)
    begin_round(console, (INSPECTOR,))
    give_all(console, 1)
    reader = await console.reader(INSPECTOR)
    await reader.post(f"{MINE}/{first.number}", {**SCORES, "hand_in": "1"})
    await reader.post(f"{MINE}/{second.number}", {"remark-2.1": "未完"})
    office = await console.reader(OFFICE)
    one, two = console.people[INSPECTOR], console.people[INSPECTOR_TWO]
    await office.post(f"{ROUND}/invite", {"person": str(two)})
    page = await office.post(f"{ROUND}/remove", {"person": str(one), "successor": str(two)})
    assert ("移交未完成的 2 件" in page, "已更换" in page) == (True, True)
    assert [holders(console, known) for known in (first, second, third)] == [{one}, {two}, {two}]
    assert list(sheets(console, first)) == ["郑七"]
    await reader.get(f"{MINE}/{first.number}", 404)
    assert "目前没有需要您评审的申报件" in await reader.get(MINE)
    again = await office.post(f"{ROUND}/remove", {"person": str(one)})
    assert "请重新选择评审人员" in again


async def test_access_ends_with_the_role(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 2)
    reader = await console.reader(INSPECTOR)
    (membership,) = console.run(lambda store: store.memberships(console.people[INSPECTOR]))
    console.run(lambda store: store.end_member(membership.id, console.now))
    await reader.get(f"{MINE}/{known.number}", 303)
    office = await console.reader(OFFICE)
    assert "已没有权限，请更换" in await office.get(ROUND)


async def test_a_conflict_found_later_voids_the_sheet(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 2)
    one, two = await console.reader(INSPECTOR), await console.reader(INSPECTOR_TWO)
    await one.post(f"{MINE}/{known.number}", {**SCORES, "score-2.1": "13.13", "hand_in": "1"})
    await two.post(f"{MINE}/{known.number}", {**SCORES, "hand_in": "1"})
    await one.post(f"{MINE}/{known.number}/away", {"reason": "亲属任职"})
    await one.get(f"{MINE}/{known.number}", 404)
    assert list(sheets(console, known)) == ["冯八"]
    kept = console.run(lambda store: store.reviews(known.id))
    assert [(one.reviewer, len(one.marks)) for one in kept] == [("郑七", 6), ("冯八", 6), ("郑七", 0)]
    page = await (await console.reader(OFFICE)).get(f"/console/results/review/{known.number}")
    assert "13.13" not in page


async def test_whoever_keeps_away_is_in_no_team_of_inspectors(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 2)
    await (await console.reader(INSPECTOR)).post(f"{MINE}/{known.number}/away", {"reason": "亲属任职"})
    console.run(lambda store: store.move(known.id, "reviewed", True, "", console.now))
    office = await console.reader(OFFICE)
    one, two = str(console.people[INSPECTOR]), str(console.people[INSPECTOR_TWO])
    refused = await office.send(
        "/console/sheets/new", {"application": known.number, "leader": two, "member": one}
    )
    assert "郑七应当回避" in await refused.text()
    assert console.run(lambda store: store.sheets()) == []


async def test_reviewers_stay_on_the_frozen_deck_until_the_office_decides(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 1)
    reader, office = await console.reader(INSPECTOR), await console.reader(OFFICE)
    at = f"{MINE}/{known.number}"
    known = add_deck(console, known, "第二版")
    content, _ = await reader.file(f"{at}/deck")
    assert content.decode() == "宝丰县公安局报告"
    await reader.post(at, {**SCORES, "hand_in": "1"})
    assert "申报报告已更换，评审仍按原版本" in await office.get(f"{ROUND}/units")
    assert "已改按新版" in await office.post(f"{ROUND}/units/{known.number}/deck")
    assert "改按新提交的申报报告评审" in console.told(INSPECTOR)[-1]
    assert "没有更新的申报报告" in await office.post(f"{ROUND}/units/{known.number}/deck")
    content, _ = await reader.file(f"{at}/deck")
    assert content.decode() == "第二版"
    assert "申报报告已更换，请核对" in await reader.get(MINE)
    await reader.post(at, {**SCORES, "hand_in": "1"})
    assert [one.deck for one in console.run(lambda store: store.reviews(known.id))][1] == known.dossier[
        "deck"
    ]
    assert "申报报告已更换" not in await reader.get(MINE)


async def test_problems_go_to_the_office_alone(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 1)
    holder = f"holder-{UNITS[0]}"
    said = len(console.bodies(holder))
    reader, office = await console.reader(INSPECTOR), await console.reader(OFFICE)
    page = await reader.post(f"{MINE}/{known.number}/problem", {"text": "第12页无法播放"})
    assert ("第12页无法播放" in page, "待答复" in page) == (True, True)
    assert "郑七反映宝丰县公安局" in console.told(OFFICE)[-1]
    assert '<span class="count">1</span><span class="unit">个</span><span class="what">评审人员反映' in (
        await office.get("/console/")
    )
    page = await office.get(ROUND)
    assert "评审人员反映的问题（1）" in page
    form = {"problem": "1", "answer": "已联系，按现有内容评审"}
    assert "第12页无法播放" not in await office.post(f"{ROUND}/problem", form)
    assert "这条问题已经答复" in await office.post(f"{ROUND}/problem", form)
    assert "市办公室答复：已联系" in await reader.get(f"{MINE}/{known.number}")
    assert "已联系，按现有内容评审" in console.told(INSPECTOR)[-1]
    assert len(console.bodies(holder)) == said


async def test_nothing_is_written_once_the_round_is_closed(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 1)
    reader, office = await console.reader(INSPECTOR), await console.reader(OFFICE)
    at = f"{MINE}/{known.number}"
    await reader.post(at, {**SCORES, "hand_in": "1"})
    assert "打分已结束" in await office.post(f"{ROUND}/close")
    page = await reader.get(at)
    assert ("提交评审表" in page, "不能再修改" in page) == (False, True)
    refused = await reader.send(at, {**SCORES, "score-2.1": "1", "hand_in": "1"})
    assert "评审打分已经结束" in await refused.text()
    assert "评审打分已经结束" in await (await reader.send(f"{at}/draft", {"score-2.1": "1"})).text()
    assert [one.revision for one in sheets(console, known).values()] == [1]
    assert "评审打分已经结束" in await office.post(f"{ROUND}/units", {"each": "2"})
    console.now += timedelta(days=1)
    await office.post(f"{ROUND}/open", {"due": "2019-08-20"})
    await reader.post(at, {**SCORES, "score-2.1": "1", "hand_in": "1"})
    assert [one.revision for one in sheets(console, known).values()] == [2]


async def test_the_office_sees_who_is_far_off(console: Console) -> None:
    known, *_ = under_review(console)
    console.people["third"] = console.member("third", "何九", Role.INSPECTOR, "")
    everybody = (INSPECTOR, INSPECTOR_TWO, "third")
    begin_round(console, everybody)
    give_all(console, 3)
    for userid, score in zip(everybody, ("80", "85", "20"), strict=True):
        reader = await console.reader(userid)
        form = dict.fromkeys(SCORES, score)
        await reader.post(f"{MINE}/{known.number}", {**form, "hand_in": "1"})
    page = await (await console.reader(OFFICE)).get(f"{ROUND}/units?q={known.number}")
    assert page.count("与中位数差距大") == 1
    assert "何九" in page.split("与中位数差距大")[0].rsplit("<div>", 1)[1]


async def test_the_log_names_no_reason_and_no_score(console: Console) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 1)
    reader = await console.reader(INSPECTOR)
    await reader.post(f"{MINE}/{known.number}", {**SCORES, "remark-2.1": SECRET, "hand_in": "1"})
    await reader.post(f"{MINE}/{known.number}/problem", {"text": SECRET})
    await reader.post(f"{MINE}/{known.number}/away", {"reason": SECRET})
    acts = ("enter_review", "report_review_problem", "review_recusal", "void_review", "assign_review")
    lines = [line for action in acts for line in console.audited(action)]
    assert len(lines) == 7
    assert not [
        line for line in lines if SECRET in line or SECRET in json.dumps(json.loads(line), ensure_ascii=False)
    ]
