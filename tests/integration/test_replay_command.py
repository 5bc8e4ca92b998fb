"""`python -m bot replay` as a process (dialogue page §1–§3)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
AT = "2019-07-10T09:00:00+08:00"


class Replay:
    """The command on one state directory; `restart` kills it as a power cut would."""

    def __init__(self, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "REPLAY_STATE_DIR": str(folder),
            "BOT_CAMPAIGN": "pingdingshan-2019",
        }
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "replay"],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def raw(self, line: bytes) -> dict[str, Any]:
        """One line in, one line out."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline().decode("utf-8"))
        return answer

    def say(self, text: str, at: str = AT, user: str = "u1", **more: object) -> dict[str, Any]:
        message = {"user": user, "text": text, "at": at, **more}
        return self.raw(json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass"))

    def restart(self) -> None:
        self._process.kill()
        self._close()
        self._process = self._start()

    def end(self) -> tuple[int, bytes]:
        """The exit status after the end of input, and what was still put out."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        rest = self._process.stdout.read()
        status = self._process.wait(20)
        self._close()
        return status, rest

    def _close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(20)

    def stop(self) -> None:
        self._process.kill()
        self._close()


@pytest.fixture
def replay(tmp_path: Path) -> Iterator[Replay]:
    running = Replay(tmp_path)
    yield running
    running.stop()


def test_every_line_has_one_answer_and_the_end_of_input_is_the_end(replay: Replay) -> None:
    assert set(replay.say("您好")) == {"replies", "asking", "form", "status", "errors"}
    assert replay.say("我要申报")["asking"] == "applicant_unit"
    assert replay.end() == (0, b"")


def test_line_that_is_no_message_is_answered_and_the_next_one_read(replay: Replay) -> None:
    for bad in (b"{", b"[]", b'{"user":1}', b'{"user":"u","text":"x","at":"2019-07-10T09:00:00"}'):
        assert replay.raw(bad)["errors"] == ["bad_input"]
    assert replay.say("我要申报")["status"] == "draft"


def test_killed_process_goes_on_where_it_was(replay: Replay) -> None:
    replay.say("我们是新华区甲局，地址：1路，级别：正科级，负责人：张三，推荐单位：乙办，日期：今天")
    assert replay.say("第一部分20", msg_id="a")["asking"] == "summary"
    replay.restart()
    replay.say("19年。")
    replay.say("重新开始")
    replay.restart()
    assert replay.say("取消")["asking"] == "summary"
    replay.restart()
    assert replay.say("完")["form"]["summary"] == "第一部分2019年。"


def test_message_delivered_again_changes_nothing(replay: Replay) -> None:
    first = replay.say("我们是新华区甲局，负责人：张三", msg_id="m1")
    changed = replay.say("负责人改成李四", msg_id="m2")
    replay.restart()
    for message_id, text in (("m1", "我们是新华区甲局，负责人：张三"), ("m2", "负责人改成李四")):
        again = replay.say(text, at="2019-07-11T08:59:00+08:00", msg_id=message_id)
        assert (again["form"], again["asking"], again["status"], again["errors"]) == (
            changed["form"],
            changed["asking"],
            "draft",
            [],
        )
    assert first["form"]["leader"] == "张三"
    other = replay.say("我们是新华区乙局", at="2019-07-11T09:00:00+08:00", user="u2", msg_id="m1")
    assert other["form"]["unit_name"] == "新华区乙局"
    later = replay.say("负责人改成王五", at="2019-07-12T09:00:00+08:00", msg_id="m1")
    assert later["form"]["leader"] == "王五"


def test_odd_characters_come_back_as_they_went_in(replay: Replay) -> None:
    replay.say("我要申报")
    address = "建设路<b>{x}</b>\u2028\"'\\👍\u0007"
    assert replay.say(f"地址：{address}")["form"]["unit_address"] == address
    replay.restart()
    assert replay.say("进度")["form"]["unit_address"] == address
