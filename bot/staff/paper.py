"""The paper ledger (纸质件台账): which stamped form was brought, by whom, under which print code."""

from __future__ import annotations

from bot.documents.form_version import version_of
from bot.documents.opinion_page import opinion_version
from bot.documents.print_code import check_print_code
from bot.model.application import Application
from bot.model.staff import Paper
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import Refused, find, title
from bot.staff.ordering import pending
from bot.staff.ranking import rank_of
from bot.staff.recommend_commands import EnterPaper, ShowPapers
from bot.staff.standing import body_name, last_package, log, named_body, office_alone, standing_of, tell_body

PENDING_PAPER = "paper"
NO_CODE = "无"
"""What is said of a form that was typed by hand and carries no print code."""


def enter_paper(ask: StaffAsk, command: EnterPaper) -> StaffAnswer:
    """Write a paper into the ledger; one of an older version, or of another unit, is not taken."""
    office_alone(ask)
    application = find(ask, command.which)
    unit = title(ask.clerk.campaign, application)
    if not command.code or not command.brought_by:
        left = {"which": application.number, "code": command.code, "brought_by": command.brought_by}
        asks = "recommend_paper_ask_code" if not command.code else "recommend_paper_ask_by"
        return answer(ask.say(asks, unit=unit), pending=pending(PENDING_PAPER, **left))
    code = "" if command.code == NO_CODE else _checked(ask, application, command.code)
    if any(paper.code == code for paper in ask.store.papers(application.id)) and application.dossier.get(
        "paper"
    ):
        raise Refused(ask.say("recommend_paper_there", unit=unit, day=application.dossier["paper"]))
    ask.store.add_paper(Paper(application.id, code, command.brought_by, ask.person.id, ask.now))
    ask.store.set_dossier(application.id, {**application.dossier, "paper": ask.today.isoformat()})
    log(ask, "paper", application.id, code=code)
    count = _count_line(ask, application.body) if application.body else ""
    if application.body:
        told = ask.say("recommend_paper_told", unit=unit, count=count)
        tell_body(ask, application.body, f"paper:{application.id}", told)
    said = "recommend_paper_taken" if code else "recommend_paper_taken_plain"
    return answer(ask.say(said, unit=unit, code=code, by=command.brought_by, count=count))


def show_papers(ask: StaffAsk, command: ShowPapers) -> StaffAnswer:
    """What was brought of each package; a body sees its own."""
    if command.body and ask.is_office:
        bodies = [named_body(ask, command.body)]
    elif ask.is_office:
        bodies = list(
            dict.fromkeys(package.body for package in ask.store.package_heads() if not package.zero)
        )
    else:
        bodies = list(ask.bodies)
    lines = [line for body in bodies if (line := _ledger(ask, body))]
    return answer("\n".join(lines) if lines else ask.say("recommend_no_papers"))


def _checked(ask: StaffAsk, application: Application, typed: str) -> str:
    """The code in its normal form, if it is on a paper of the application as it stands. `Refused` if not."""
    code = check_print_code(typed)
    printed = ask.store.print_of_code(code) if code else None
    unit = title(ask.clerk.campaign, application)
    if code is None or printed is None:
        raise Refused(ask.say("recommend_paper_unknown_code", code=typed, unit=unit))
    if printed.application != application.id:
        raise Refused(ask.say("recommend_paper_other_unit", code=code, unit=unit))
    if printed.version not in _current_versions(ask, application):
        raise Refused(ask.say("recommend_paper_old", code=code, unit=unit))
    return code


def _current_versions(ask: StaffAsk, application: Application) -> set[str]:
    """The unit's form as it stands, and the body's page at its present place in the order."""
    campaign = ask.clerk.campaign
    found = {version_of(campaign, application.values)}
    order = standing_of(ask, application.body).ids if application.body else ()
    rank = rank_of(order, application.id)
    if rank:
        found.add(opinion_version(campaign, application.values, rank, len(order)))
    return found


def _ledger(ask: StaffAsk, body: str) -> str:
    """纸质件已收2/3, and which are still to come; "" before anything was sent."""
    package = last_package(ask, body)
    if package is None:
        return ""
    sent = ask.store.sent_in(package.id)
    missing = [title(ask.clerk.campaign, known) for known in sent if not known.dossier.get("paper")]
    lines = [ask.say("recommend_papers_of", body=body_name(ask, body), count=_count_line(ask, body))]
    if missing:
        lines.append(ask.say("recommend_papers_missing", units="、".join(missing)))
    return "\n".join(lines)


def _count_line(ask: StaffAsk, body: str) -> str:
    """2/3: of what the body has sent, or before that of what it ranks."""
    package = last_package(ask, body)
    known = ask.store.sent_in(package.id) if package else standing_of(ask, body).order
    return f"{sum(bool(each.dossier.get('paper')) for each in known)}/{len(known)}"
