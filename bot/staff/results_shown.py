"""Results as the office reads them in chat: the table of three factors, the list, what is made public, objections."""

from __future__ import annotations

from collections.abc import Sequence

from bot.documents.results_text import release_text
from bot.model.results import Column, OnSite, ReleaseKind
from bot.model.spoken import full_date, spoken_date, spoken_time
from bot.ports_results import Decided, ResultQuery, ResultRow
from bot.results.board import ResultBoard, approval_now, public_notice_view, result_board
from bot.results.course import NAMED, course_of, list_now, released, releases
from bot.results.factors import Factors
from bot.results.marks import ReviewSummary, figure
from bot.results.objections import ObjectionView, objection_view, objections, open_objections
from bot.results.office import named
from bot.results.plaques import plaques
from bot.staff.desk import StaffAsk
from bot.staff.finding import title

# the three factors


def factor_lines(ask: StaffAsk, rows: Sequence[Factors], column: Column) -> str:
    """A line for each application, and its ties; no total over the three."""
    if not rows:
        return ask.say("result_factors_none")
    head = ask.say("result_factors_head", count=len(rows), column=ask.say(f"result_column_{column}"))
    return "\n".join([head, *(_factor_line(ask, row) for row in rows)])


def _factor_line(ask: StaffAsk, row: Factors) -> str:
    line = ask.say(
        "result_factors_line",
        number=row.number,
        unit=row.unit,
        suspended=ask.say("result_mark_suspended") if row.suspended else "",
        review=_review(ask, row.review),
        on_site=_on_site(ask, row.on_site),
        rank=_rank(ask, row),
    )
    ties = []
    if row.tied_review:
        ties.append(ask.say("result_factors_tied_review", numbers=row.tied_review))
    if row.tied_on_site:
        ties.append(ask.say("result_factors_tied_on_site", numbers=row.tied_on_site))
    return "｜".join([line, *ties])


def _review(ask: StaffAsk, review: ReviewSummary | None) -> str:
    if review is None:
        return ask.say("result_factors_no_review")
    count = len(review.reviewers)
    if review.total is not None:
        total = review.total
        mean, median, span = figure(total.mean), figure(total.median), figure(total.range)
        return ask.say("result_factors_review_total", mean=mean, median=median, range=span, count=count)
    if not review.conditions:
        return ask.say("result_factors_review_remarks", count=count)
    means = (
        ask.say("result_factors_review_condition", condition=clause, mean=figure(spread.mean))
        for clause, spread in review.conditions.items()
    )
    return ask.say("result_factors_review", conditions="、".join(means), count=count)


def _on_site(ask: StaffAsk, found: OnSite | None) -> str:
    if found is None:
        return ask.say("result_factors_no_sheet")
    if found.low == found.high:
        points = ask.say("result_factors_on_site", points=figure(found.low))
    else:
        points = ask.say("result_factors_on_site_open", low=figure(found.low), high=figure(found.high))
    unsigned = "" if found.signed else ask.say("result_factors_unsigned")
    veto = ask.say("result_factors_veto") if found.veto else ""
    return f"{points}{unsigned}{veto}"


def _rank(ask: StaffAsk, row: Factors) -> str:
    if row.rank is None:
        return ask.say("result_factors_no_rank", body=row.body)
    return ask.say("result_factors_rank", body=row.body, rank=row.rank, of=row.of)


# the list


def list_lines(ask: StaffAsk) -> str:
    """Who is in, who is out and why, who is not decided."""
    store, campaign = ask.store, ask.clerk.campaign
    if released(store, ReleaseKind.ANNOUNCEMENT) is not None:
        return announcement_lines(ask)
    now = list_now(store, campaign)
    lines = [ask.say("result_list_head", count=len(now.inside), quota=campaign.quota)]
    lines += [_list_line(ask, place, row) for place, row in enumerate(now.inside, start=1)]
    outside = store.result_rows(ResultQuery(course_of(campaign), Decided.NOT_IN))
    if outside:
        lines.append(ask.say("result_list_out_head"))
        lines += [_out_line(ask, row) for row in outside]
    if now.undecided:
        units = "、".join(title(campaign, known) for known in now.first_undecided)
        more = ask.say("result_list_open_more", count=now.undecided) if now.undecided > NAMED else ""
        lines.append(ask.say("result_list_open", units=f"{units}{more}"))
    return "\n".join(lines)


def _list_line(ask: StaffAsk, place: int, row: ResultRow) -> str:
    mark = ask.say("result_mark_suspended") if row.suspended else ""
    reason = row.decision.reason if row.decision else ""
    return ask.say(
        "result_list_line", place=place, suspended=mark, reason=reason, **named(ask, row.application)
    )


def _out_line(ask: StaffAsk, row: ResultRow) -> str:
    assert row.decision is not None
    outcome = ask.say(f"result_outcome_{row.decision.outcome}")
    return ask.say(
        "result_list_out_line", outcome=outcome, reason=row.decision.reason, **named(ask, row.application)
    )


def board_lines(ask: StaffAsk) -> str:
    """How far results are."""
    board = result_board(ask.store, ask.clerk.campaign, ask.today)
    lines = [ask.say("result_board_head", quota=board.quota)]
    counts, announced = board.counts, board.releases.announced
    if announced is not None:
        count = len(announced.listed)
        return "\n".join([*lines, ask.say("result_board_announced", count=count, done=counts.plaques)])
    lines.append(
        ask.say(
            "result_board_counts",
            count=counts.running,
            reviewed=counts.reviewed,
            inside=counts.inside,
            outside=counts.outside,
            vetoed=counts.vetoed,
            open=counts.undecided,
        )
    )
    return "\n".join([*lines, _approval_line(ask), *_notice_state(ask, board)])


def _approval_line(ask: StaffAsk) -> str:
    one = approval_now(ask.store, ask.clerk.campaign)
    if one is None:
        return ask.say("result_board_not_approved")
    facts = {"document": one.document, "leader": one.leader, "day": spoken_date(one.decided_on)}
    return ask.say("result_board_approved", **facts)


def _notice_state(ask: StaffAsk, board: ResultBoard) -> list[str]:
    campaign, notice = ask.clerk.campaign, board.releases.notice
    lines = []
    if notice is not None:
        days = {"starts": spoken_date(notice.starts), "ends": spoken_date(notice.ends)}
        lines.append(ask.say("result_board_notice", left=board.days_left, **days))
    elif board.terms_open:
        lines.append(ask.say("result_board_terms", point=campaign.results.open_point))
    if public_notice_view(ask.store, campaign).outdated:
        lines.append(ask.say("result_board_notice_outdated"))
    if board.releases.notice_draft or board.releases.announcement_draft:
        lines.append(ask.say("result_board_draft"))
    if open_ones := open_objections(ask.store):
        lines.append(ask.say("result_board_objections", numbers="、".join(map(str, open_ones))))
    return lines


# what is made public


def notice_lines(ask: StaffAsk) -> str:
    """The draft of the public notice, else what went out and how long it still lasts."""
    store, campaign = ask.store, ask.clerk.campaign
    text, found = public_notice_view(store, campaign).text, releases(store)
    if text is None:
        return ask.say("result_notice_none")
    state = ask.say("result_notice_state_draft")
    if found.notice_draft is None and found.notice is not None:
        left = result_board(store, campaign, ask.today).days_left
        ends, link = spoken_date(found.notice.ends), found.notice.link
        state = ask.say("result_notice_state_released", ends=ends, left=left, link=link)
    return ask.say("result_notice_text", state=state, text=text.plain)


def announcement_lines(ask: StaffAsk) -> str:
    """The draft of the announcement, else what went out."""
    both = releases(ask.store)
    draft, found = both.announcement_draft, both.announcement_draft or both.announced
    if found is None:
        return ask.say("result_announcement_none")
    state = ask.say("result_announcement_state_draft" if draft else "result_announcement_state_released")
    return ask.say("result_notice_text", state=state, text=release_text(ask.clerk.campaign, found).plain)


# objections


def objection_lines(ask: StaffAsk, number: int) -> str:
    """All objections, or one with its steps; never who raised them."""
    if number:
        return _one_objection(ask, objection_view(ask, number))
    found = objections(ask.store, ask.clerk.campaign)
    if not found:
        return ask.say("result_objections_none")
    waiting = sum(one.is_open for one in found)
    head = ask.say("result_objections_head", count=len(found), open=waiting)
    lines = (
        ask.say("result_objection_line", state=_objection_state(ask, one), **_facts(ask, one))
        for one in found
    )
    return "\n".join([head, *lines])


def _one_objection(ask: StaffAsk, one: ObjectionView) -> str:
    zone = ask.clerk.campaign.zone
    steps = [
        ask.say(
            "result_objection_step",
            time=spoken_time(step.at.astimezone(zone)),
            kind=ask.say(f"result_entry_{step.kind}"),
            text=step.text,
        )
        for step in one.entries
    ]
    shown = "\n".join(steps) or _objection_state(ask, one)
    return ask.say("result_objection_one", subject=one.objection.subject, steps=shown, **_facts(ask, one))


def _facts(ask: StaffAsk, one: ObjectionView) -> dict[str, object]:
    kept = one.objection
    return {
        "number": kept.number,
        "day": spoken_date(kept.received_on),
        "how": ask.say(f"result_received_{kept.received}"),
        "signed": ask.say("result_signed" if kept.signed else "result_unsigned"),
        "late": ask.say("result_objection_line_late") if kept.late else "",
        "about": ask.say("result_objection_line_about", number=one.number) if one.number else "",
    }


def _objection_state(ask: StaffAsk, one: ObjectionView) -> str:
    if one.is_open:
        return ask.say("result_objection_open")
    return ask.say("result_objection_done" if one.reply else "result_objection_unanswered")


# plaques


def plaque_lines(ask: StaffAsk) -> str:
    """The plaque list, names as announced."""
    lines = plaques(ask.store)
    if not lines:
        return ask.say("result_plaques_none")
    done = sum(line.handed_over is not None for line in lines)
    said = [ask.say("result_plaques_head", count=len(lines), done=done)]
    for place, line in enumerate(lines, start=1):
        taken = ""
        if line.handed_over is not None:
            name, day = line.handed_over.taken_by, full_date(line.handed_over.handed_on)
            taken = ask.say("result_plaque_taken", name=name, day=day)
        said.append(ask.say("result_plaque_line", place=place, unit=line.listed.unit, taken=taken))
    return "\n".join(said)
