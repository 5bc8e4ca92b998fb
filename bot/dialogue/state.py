"""The memory of one conversation. The position in the form is derived from the values, never stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody's open wish to take over an application this person holds."""

    application: str
    unit: str
    asker: int
    asker_label: str
    draft: str  # the draft the asker had begun for the unit; "" for none


@dataclass(frozen=True, slots=True)
class Wanted:
    """The unit a person was told is already being filled: what 申请接手 speaks of."""

    unit: str
    draft: str  # the draft the person had begun for it; "" for none


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One person's side of the conversation, beside the values of the applications."""

    current: str = ""  # id of the application spoken of
    main: str = ""  # the field last asked for in the form's own course
    detours: tuple[str, ...] = ()  # fields asked for out of course (修改…, 上一步), innermost last
    back: int = 0  # how many steps 上一步 has gone back in `trail`
    trail: tuple[str, ...] = ()  # fields in the order in which they were answered
    skipped: tuple[str, ...] = ()
    collected: tuple[str, ...] = ()  # parts of a long text
    pending: str = ""  # "" | restart | withdraw: waits for 确认
    amendments: Mapping[str, str] = field(default_factory=dict)  # after submission, until 确认
    failures: int = 0  # refused answers in a row for the field asked
    asked: tuple[str, ...] = ()  # the person's latest questions, oldest first
    wanted: Wanted | None = None
    requests: tuple[Request, ...] = ()
    checking: bool = False  # a self-check is running: what is written answers it
    staff: str = ""  # what a staff order left open ("desk|what"), until the person's next message
    # Self-checks by application ("" before there is one): private to the person, seen by nobody else.
    selfchecks: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)

    def on(self, application: str) -> Dialogue:
        """The state after turning to another application: what is pending for the old one is dropped."""
        return replace(
            self,
            current=application,
            main="",
            detours=(),
            back=0,
            trail=(),
            skipped=(),
            collected=(),
            pending="",
            amendments={},
            failures=0,
            checking=False,
        )


def dump(state: Dialogue) -> str:
    """The state as JSON; values that equal the default are left out."""
    fresh = asdict(Dialogue())
    kept = {key: value for key, value in asdict(state).items() if value != fresh[key]}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def parse(text: str) -> Dialogue:
    """The state from `dump`; "" is a fresh conversation."""
    if not text:
        return Dialogue()
    data = json.loads(text)
    for key in ("detours", "trail", "skipped", "collected", "asked"):
        if key in data:
            data[key] = tuple(data[key])
    if data.get("wanted"):
        data["wanted"] = Wanted(**data["wanted"])
    if "requests" in data:
        data["requests"] = tuple(Request(**item) for item in data["requests"])
    return Dialogue(**data)
