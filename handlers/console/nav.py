"""The console's menu: what is offered to whom. Every page checks for itself as well."""

from __future__ import annotations

from dataclasses import dataclass

from bot.console.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `path` is also the beginning of the addresses that belong to it."""

    path: str
    label: str
    icon: str  # an id in icons.svg
    office: bool = True
    body: bool = False
    inspector: bool = False


ENTRIES = (
    Entry("/console/", "首页", "home", body=True, inspector=True),
    Entry("/console/applications", "申报件", "files", body=True),
    Entry("/console/recommendation", "推荐上报", "list-numbers", office=False, body=True),
    Entry("/console/packages", "推荐包", "package"),
    Entry("/console/mail", "邮件", "mail"),
    Entry("/console/questions", "问答", "question"),
    Entry("/console/notices", "通知", "bell", body=True, inspector=True),
    Entry("/console/visits", "实地验收", "calendar", body=True, inspector=True),
    Entry("/console/reviews", "评审", "award", office=False, inspector=True),
    Entry("/console/sheets", "现场评分", "clipboard", inspector=True),
    Entry("/console/results", "评审结果", "award"),
    Entry("/console/people", "人员", "users"),
    Entry("/console/campaign", "活动设置", "settings"),
    Entry("/console/log", "操作记录", "history"),
)


def entries_for(viewer: Viewer) -> tuple[Entry, ...]:
    """The lines somebody sees."""
    return tuple(
        entry
        for entry in ENTRIES
        if (entry.office and viewer.is_office)
        or (entry.body and viewer.bodies)
        or (entry.inspector and viewer.is_inspector)
    )


def current(path: str, entries: tuple[Entry, ...]) -> str:
    """The line a page belongs to: the longest that begins its address."""
    fitting = [
        entry.path
        for entry in entries
        if path == entry.path or (entry.path != "/console/" and path.startswith(f"{entry.path}/"))
    ]
    return max(fitting, key=len, default="")
