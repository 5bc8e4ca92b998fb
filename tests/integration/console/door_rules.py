"""Who gets in at which door of the console. A new route needs a line here.

`own` is the unit's body and `foreign` another one; `team` its inspectors and `theirs` those of another unit;
`maker` and `office` are of the office. To everybody else a door does not exist: 404.
"""

from __future__ import annotations

from dataclasses import dataclass

OFFICE = "maker office"
BODIES = "own foreign"
LISTS = f"{OFFICE} {BODIES}"
INSPECTORS = "team theirs covert idle"
TEAMS = f"{OFFICE} {INSPECTORS}"
ALL = f"{LISTS} {INSPECTORS}"
HOME = "/console"
UNIT, SHEET, VISIT = f"{HOME}/applications/{{number}}", f"{HOME}/sheets/{{sheet}}", f"{HOME}/visits/{{visit}}"
REVIEW = f"{HOME}/reviews/{{number}}"
NOTICE, RECOMMENDATION = f"{HOME}/notices/{{number}}", f"{HOME}/recommendation"


def _offices(*paths: str) -> dict[str, tuple[str, int]]:
    return {f"{HOME}/{path}".rstrip("/"): (OFFICE, 200) for path in paths}


PAGES: dict[str, tuple[str, int]] = {
    HOME: (ALL, 303),
    f"{HOME}/": (ALL, 200),
    f"{HOME}/applications": (LISTS, 200),
    f"{HOME}/applications.xlsx": (LISTS, 200),
    f"{HOME}/late": (LISTS, 200),
    "/console/work/{work}": ("maker", 200),
    "/console/work/{work}/file": ("maker", 200),
    UNIT: (f"{OFFICE} own team", 200),
    f"{UNIT}/form.docx": (f"{OFFICE} own team", 200),
    f"{UNIT}/folder.zip": (OFFICE, 200),
    f"{UNIT}/materials/{{material}}": (f"{OFFICE} own team", 200),
    f"{UNIT}/materials/{{material}}/{{page}}.jpg": (f"{OFFICE} own team", 200),
    RECOMMENDATION: (BODIES, 200),
    f"{RECOMMENDATION}.xlsx": (BODIES, 200),
    f"{RECOMMENDATION}/package": (BODIES, 200),
    f"{RECOMMENDATION}/packages/{{receipt}}": ("own", 200),
    f"{RECOMMENDATION}/opinion/{{number}}": ("own", 200),
    f"{HOME}/notices": (ALL, 200),
    f"{HOME}/notices/received": (ALL, 200),
    f"{HOME}/visits": (ALL, 200),
    f"{HOME}/visits/schedule.xlsx": (ALL, 200),
    VISIT: (f"{OFFICE} own team", 200),
    f"{VISIT}/visit.ics": (f"{OFFICE} own team", 200),
    f"{HOME}/visits/covert": (TEAMS, 200),
    f"{HOME}/sheets": (TEAMS, 200),
    SHEET: (f"{OFFICE} team", 200),
    f"{SHEET}/paper": (f"{OFFICE} team", 200),
    f"{SHEET}/excel": (f"{OFFICE} team", 200),
    f"{SHEET}/draws": (f"{OFFICE} team", 200),
    f"{SHEET}/photos/{{sha256}}": (f"{OFFICE} team", 200),
    f"{HOME}/reviews": (INSPECTORS, 200),
    f"{HOME}/reviews/duties": ("team theirs", 200),
    REVIEW: ("team", 200),
    f"{REVIEW}/deck": ("team", 200),
    f"{REVIEW}/{{page}}.jpg": ("team", 200),
    f"{HOME}/results/plaques/{{number}}/signed": (OFFICE, 404),  # nobody has signed yet
    f"{NOTICE}/correct": (OFFICE, 303),  # of a draft, back to it
    **_offices(
        "progress.xlsx", "packages", "packages.xlsx", "packages/{receipt}",
        "packages/{receipt}/list.xlsx", "mail", "mail.xlsx", "mail/outgoing", "mail/alarms",
        "mail/units", "mail/{mail}", "mail/{mail}/original.eml", "mail/{mail}/files/{sha256}", "questions",
        "questions.xlsx", "questions/answers", "questions/answers/new", "questions/answers/{number}",
        "questions/try", "notices/new", "notices/{number}", "notices/{number}/edit",
        "notices/{number}/calls", "notices/{number}/calls.xlsx", "notices/{number}/receipts.xlsx", "notices/plan",
        "notices/plan.xlsx", "notices/reminded", "campaign", "campaign/contact", "campaign/bodies",
        "campaign/points", "campaign/reminders", "campaign/stages", "campaign/visits", "campaign/wording",
        "campaign/history", "campaign/history.xlsx",
        "campaign/check", "campaign/edit", "campaign/archive", "campaign/clone", "campaign/rehearsal", "people",
        "people/people.xlsx", "people/form.xlsx", "people/import", "people/add", "people/{person}", "log",
        "log/log.xlsx", "visits/new", "visits/units", "visits/{visit}/edit", "visits/import",
        "visits/import/template.xlsx",
        "visits/covert/new", "sheets/new", "results", "results/review.xlsx", "results/review/{number}",
        "results/import", "results/factors", "results/factors.xlsx", "results/list", "results/notice",
        "results/notice.docx", "results/announcement", "results/announcement.docx", "results/plaques",
        "results/objections", "results/objections.xlsx", "results/round", "results/round/units",
        "results/round/units/{number}",
        "results/objections/{objection}",
    ),
}  # fmt: skip

VIEWS = [
    *(
        f"{UNIT}?part={part}"
        for part in ("form", "changes", "materials", "line", "recommendation", "visits", "notes", "audit")
    ),
    *(f"{HOME}/applications{end}?search={{mark}}" for end in ("", ".xlsx")),
    f"{HOME}/applications?stage=reviewed&body=baofeng",
    f"{HOME}/applications?body=market",
    f"{HOME}/visits?show=list",
    f"{HOME}/visits?week=2019-07-29",
    f"{HOME}/visits/schedule.xlsx?show=list",
    f"{HOME}/mail?search={{mark}}",
    f"{HOME}/people?search={{mark}}",
    f"{HOME}/sheets/new?application={{number}}",
    SHEET,
    f"{SHEET}/excel",
]

AFTERWARDS = (f"{HOME}/results/plaques.xlsx", f"{HOME}/results/plaques.docx")
"""Pages of the office that are there once the results are announced."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who may send a form with effect, and who else is answered with a sentence instead of 404."""

    may: str
    refused: str = ""


def _acts(who: Act, at: str, *paths: str) -> dict[str, Act]:
    return {f"{HOME}/{at}{path}": who for path in paths}


ACTS: dict[str, Act] = {
    **_acts(Act("", LISTS), "applications/", "columns", "ticked/excel"),  # these change nothing
    f"{HOME}/applications/ticked/{{action}}": Act("own", f"{OFFICE} foreign"),  # of a body's act
    f"{UNIT}/act": Act("own", f"{OFFICE} team"),
    f"{UNIT}/route": Act(OFFICE, "own team"),
    f"{UNIT}/paper": Act(OFFICE, "own team"),
    f"{UNIT}/note": Act(OFFICE, "own team"),
    **_acts(
        Act("own", "foreign"), "recommendation/", "order", "accept", "return", "withdrawal", "route", "package",
        "zero",
    ),
    f"{RECOMMENDATION}/cutoff": Act(BODIES),  # each its own
    f"{HOME}/notices/received/{{number}}": Act("", ALL),  # nobody was sent one
    f"{VISIT}/confirm": Act("team", f"{OFFICE} own"),
    **_acts(Act("team", OFFICE), "sheets/{sheet}/", "draws", "draws/{draw}", "sign", "entries", "photos"),
    **_acts(Act(f"{OFFICE} team"), "sheets/{sheet}/", "team", "reopen", "recuse", "veto", "finish"),
    **_acts(Act(OFFICE), "applications/", "ticked/notice"),
    **_acts(Act(OFFICE), "packages/acts/", "receive", "correction", "move-up", "paper"),
    **_acts(Act(OFFICE), "mail/", "outgoing/{delivery}/again", "outgoing/{delivery}/seen", "alarms/close", "alarms"),
    **_acts(
        Act(OFFICE), "mail/{mail}/", "attach", "replay", "reply", "discard", "fetch", "settle-links",
    ),
    **_acts(Act(OFFICE), "questions/answers", "", "/{number}/withdraw"),
    **_acts(
        Act(OFFICE), "notices/", "new", "preview", "{number}/edit", "{number}/release", "{number}/schedule",
        "{number}/stop", "{number}/recall", "{number}/retry", "{number}/other", "{number}/told",
    ),
    **_acts(
        Act(OFFICE), "campaign/", "deadline", "day", "bodies", "bodies/retire", "points", "edit", "archive",
        "archive/reopen", "clone",
        "clone/folder.zip", "clone/people", "rehearsal",
    ),
    **_acts(
        Act(OFFICE), "people/", "import", "import/confirm", "add", "{person}/hand-over", "{person}/link",
        "{person}/address", "{person}/address/remove", "{person}/telephone", "{person}/test",
        "{person}/sign-out", "{person}/take-back",
    ),
    **_acts(
        Act(OFFICE), "visits/", "new", "check", "release", "{visit}/edit", "{visit}/cancel", "{visit}/drop",
        "{visit}/keep", "{visit}/told", "{visit}/earlier", "{visit}/later", "import", "import/enter",
        "covert/new", "covert/{visit}/cancel",
    ),
    **_acts(Act(OFFICE), "sheets/", "new"),
    **_acts(Act("team"), "reviews/{number}", "", "/draft", "/problem", "/away"),
    f"{HOME}/reviews/duties": Act("team theirs", "covert idle"),
    **_acts(
        Act(OFFICE), "results/round/", "open", "due", "invite", "remove", "close", "problem", "units",
        "units/{number}", "units/{number}/deck",
    ),
    **_acts(
        Act(OFFICE), "results/", "review/{number}", "finish", "import", "import/confirm", "factors/decide",
        "list/approve", "notice/terms", "notice/draft", "notice/drop", "notice/release", "announcement/draft",
        "announcement/drop", "announcement/release", "plaques/hand-over", "plaques/sign",
        "objections",
    ),
    **_acts(
        Act(OFFICE), "results/objections/{objection}/", "informant", "handling", "conclusion", "reply", "handler",
    ),
}  # fmt: skip
