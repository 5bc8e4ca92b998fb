"""What the address of the schedule asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.console.visit_sheet import VisitFilter
from bot.visits.outline import Standing
from config.campaign import Campaign
from handlers.console.typed import day_of, number_of

WEEK, YEAR = timedelta(days=7), timedelta(days=366)
PAGE = 25  # visits of a page of the list, each of several lines


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the schedule is asked for."""

    day: date  # of the week
    show: str  # "week" or "list"
    everything: bool  # of the whole campaign, in the list
    filter: VisitFilter

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())

    @property
    def parameters(self) -> dict[str, str]:
        """As the address says it."""
        standing = self.filter.standing
        return {
            "show": "list" if self.show == "list" else "",
            "week": "" if self.everything else self.monday.isoformat(),
            "standing": standing.value if standing else "",
            "leader": str(self.filter.leader or ""),
        }

    def span(self, campaign: Campaign, today: date) -> tuple[date, date]:
        """The first and the last day."""
        if self.everything:
            return campaign.ends - YEAR, max(campaign.ends, today)
        return self.monday, self.monday + WEEK - timedelta(days=1)


def read_query(query: Mapping[str, str], today: date) -> Asked:
    """What the address asks for; whatever is no day, state or person counts as not said."""
    show = "list" if query.get("show") == "list" else "week"
    day = day_of(query.get("week", ""))
    standing = next((one for one in Standing if one.value == query.get("standing")), None)
    wanted = VisitFilter(standing, number_of(query.get("leader", "")) or 0)
    return Asked(day or today, show, show == "list" and day is None, wanted)
