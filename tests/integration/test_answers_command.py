"""`python -m bot answers` and `ask --live`: what they print, what they keep, what they refuse."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.campaign_edits.paths import to_json
from bot.campaign_edits.places import KEEP_UNTIL
from bot.commands import answers, ask_live
from bot.model.edits import Edit
from bot.model.message import Channel
from bot.ports import Store
from config.settings import Settings
from storage.database import make_engine, open_database
from storage.writer import ThreadWriter

NOW = datetime(2019, 7, 10, 1, 0, tzinfo=UTC)
ADD = (
    "add", "--question", "7月25日当天算不算？", "--wording", "25日几点截止", "--text", "24时前收到的都算。",
    "--by", "张晓培", "--date", "2019-07-12", "--clause", "3.2", "--point", "Q1",
)  # fmt: skip
CITED = "〔办公室答复·张晓培·2019年7月12日〕"


class Office:
    """A database and the commands run on it."""

    def __init__(self, settings: Settings, url: str) -> None:
        self.settings = settings.model_copy(update={"database_url": type(settings.database_url)(url)})
        self.url = url

    def run(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        status = answers.run(arguments, self.settings, out, err)
        return status, out.getvalue(), err.getvalue()

    def ask(self, *arguments: str, stdin: str = "") -> str:
        out, err = io.StringIO(), io.StringIO()
        assert ask_live.run(arguments, self.settings, io.StringIO(stdin), out, err) == 0
        return out.getvalue()

    def asked(self, userid: str, *questions: str) -> None:
        """Questions that nobody could answer, an hour apart."""

        def keep(store: Store) -> None:
            person = store.visitor(Channel.WECOM, userid, "", NOW).person.id
            for hour, question in enumerate(questions):
                store.question(person, question, (), True, NOW + timedelta(hours=hour))

        self._write(keep)

    def _write(self, keep: Callable[[Store], None]) -> None:
        database = open_database(self.url, "pingdingshan-2019")
        writer = ThreadWriter(database)
        writer.start()
        writer.run_blocking(keep)
        writer.stop()
        database.close()

    def sealed(self) -> None:
        """Put the seal that the office puts on the campaign."""

        def keep(store: Store) -> None:
            person = store.visitor(Channel.WECOM, "zhang", "", NOW).person.id
            store.add_edit(Edit(0, KEEP_UNTIL, to_json(date(2029, 12, 31)), None, "办结", person, NOW))

        self._write(keep)

    def rows(self, sql: str) -> list[Any]:
        engine = make_engine(self.url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(sql))]
        engine.dispose()
        return found


@pytest.fixture
def office(settings: Settings, new_sqlite: Callable[[], str]) -> Office:
    return Office(settings, new_sqlite())


def test_answer_is_added_listed_and_given_live_only(office: Office) -> None:
    done = "答复1第1版已登记，运行中的服务随即采用，不用重启。\n"
    assert office.run(*ADD) == (0, done, "")
    listed = f"1  第1版  Q1  7月25日当天算不算？\n   24时前收到的都算。{CITED}\n"
    assert office.run("list") == (0, listed, "")
    assert office.ask("25号当天算吗？").startswith(f"24时前收到的都算。{CITED}\n依据〔三（二）〕：“")
    lines = '{"id":1,"q":"25号当天算吗？"}\n{"id":2,"q":"申报表交几份？"}\n'
    first, second = map(json.loads, office.ask("--jsonl", stdin=lines).splitlines())
    assert (first["clauses"], first["refused"], first["approved"]) == (["3.2"], False, "1.1")
    assert set(second) == {"id", "clauses", "answer", "refused"}


def test_a_sealed_campaign_keeps_its_answers(office: Office) -> None:
    office.run(*ADD)
    office.sealed()
    refused = "本活动已归档封存，只能查阅，不能再改。确需更正的，请市办公室先在“活动设置—归档”中解除封存。\n"
    for act in (ADD, ("correct", "1", "--text", "18时前。", "--by", "李科长"),
                ("withdraw", "1", "--by", "李科长", "--reason", "重新研究")):  # fmt: skip
        assert office.run(*act) == (1, "", refused)
    assert office.rows("SELECT number, version FROM approved_answer") == [(1, 1)]
    assert office.run("list")[0] == 0


def test_correction_and_withdrawal_are_versions_and_everything_is_audited(office: Office) -> None:
    office.run(*ADD)
    assert office.run("correct", "1", "--text", "18时前。", "--by", "李科长", "--date", "2019-07-15")[0] == 0
    assert office.run("withdraw", "1", "--by", "李科长", "--reason", "重新研究")[0] == 0
    status, shown, _ = office.run("history", "1")
    assert status == 0
    assert [line for line in shown.splitlines() if not line.startswith(" ")] == [
        "第1版  2019-07-10 09:00  张晓培  生效",
        "第2版  2019-07-10 09:00  李科长  生效",
        "第3版  2019-07-10 09:00  李科长  撤回：重新研究",
    ]
    assert [line for line in shown.splitlines() if "答：" in line] == [
        "   答：24时前收到的都算。",
        "   答：18时前。",
        "   答：18时前。",
    ]
    assert office.run("list") == (0, "还没有答复。\n", "")
    kept = office.rows("SELECT action, details FROM audit ORDER BY id")
    assert [(action, json.loads(details)["answer"]) for action, details in kept] == [
        ("decide_answer", "1.1"),
        ("correct_answer", "1.2"),
        ("withdraw_answer", "1.3"),
    ]
    assert "24时" not in repr(kept)
    assert office.rows("SELECT value FROM setting WHERE key = 'answers.changes'") == [("3",)]


def test_open_groups_what_nobody_could_answer_and_names_undecided_points(office: Office) -> None:
    office.asked("zhangsan", "PPT最多几页？", "25号当天算吗？", "ppt最多多少页")
    office.asked("lisi", "PPT最多多少页呀", "你好")
    status, shown, _ = office.run("open")
    assert (status, shown.splitlines()[:3]) == (
        0,
        [
            "未能回答的提问：4次，2类",
            "3次  最近2019-07-10 11:00  ppt最多多少页（又如：PPT最多多少页呀；PPT最多几页？）",
            "1次  最近2019-07-10 10:00  25号当天算吗？",
        ],
    )
    assert "尚未答复的待明确事项：12项" in shown
    assert "Q8  公示期多长，异议通过什么渠道提出？（必须先答复）" in shown
    assert "问过的1人由运行中的服务通知。" in office.run(*ADD)[1]
    shown = office.run("open")[1]
    assert shown.startswith("未能回答的提问：3次，1类\n")
    assert "尚未答复的待明确事项：11项" in shown
    assert "\nQ1  " not in shown


def test_test_shows_which_answer_would_come_and_why(office: Office) -> None:
    office.run(*ADD)
    decided = office.run("test", "25号那天还收吗")[1]
    assert "来源：办公室答复1（第1版）\n条款：3.2〔三（二）〕\n" in decided
    assert "最相近的答复：1“7月25日当天算不算？”（提问属于它所答复的Q1，相近度" in decided
    assert "（与登记的问法相同）" in office.run("test", "25日几点截止？")[1]
    assert (
        "\n来源：通知\n条款：a1.note.3〔附件1·填表说明·第3项〕\n" in office.run("test", "申报表交几份？")[1]
    )
    unstated = office.run("test", "公示几天")[1]
    assert "\n来源：没有答复\n通知未写明的事项：公示的天数和起止日期\n" in unstated


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("history", "9"), "没有编号为9的答复"),
        (("correct", "9", "--text", "a", "--by", "b"), "没有编号为9的答复"),
        (("correct", "1", "--text", " ", "--by", "b"), "答复不能为空"),
        (("correct", "1", "--text", "a", "--by", " "), "经手人不能为空"),
        (("correct", "1", "--text", "长" * 451, "--by", "b"), "答复共451字，最多450字"),
        (("withdraw", "1", "--by", "b", "--reason", " "), "撤回需要写明"),
        (("add", "--question", "？！", "--text", "a", "--by", "b"), "问题里要有文字"),
        (("add", "--question", "25日几点截止？", "--text", "a", "--by", "b"), "请修改答复1"),
        (("add", "--question", "q", "--text", "a", "--by", "b", "--clause", "9.9"), "没有这样的条款：9.9"),
        (
            ("add", "--question", "q", "--text", "a", "--by", "b", "--point", "Q99"),
            "没有编号为Q99的待明确事项",
        ),
    ],
)
def test_refused_act_says_why_and_changes_nothing(
    office: Office, arguments: tuple[str, ...], said: str
) -> None:
    office.run(*ADD)
    status, out, err = office.run(*arguments)
    assert (status, out) == (1, "")
    assert said in err
    assert office.rows("SELECT number, version FROM approved_answer") == [(1, 1)]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("abc",),
        ("add", "--question", "q", "--text", "a"),
        ("correct", "eins", "--text", "a", "--by", "b"),
        ("correct", "1", "--text", "a", "--by", "b", "--date", "7月12日"),
        ("withdraw", "1", "--by", "b"),
    ],
)
def test_wrong_usage_is_status_2(office: Office, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        office.run(*arguments)
    assert stopped.value.code == 2


def test_database_that_is_not_there_is_refused(settings: Settings) -> None:
    for command in (answers.run, ask_live.run):
        out, err = io.StringIO(), io.StringIO()
        streams = (out, err) if command is answers.run else (io.StringIO(), out, err)
        assert command(["list"], settings, *streams) == 1
        assert "python -m bot migrate" in err.getvalue()
