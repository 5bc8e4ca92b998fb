"""The console over a campaign of its own, which goes by the office's edits at once as the service does."""

from __future__ import annotations

from dataclasses import dataclass

from bot.work.dates import campaign_in_force, follow_campaign
from tests.fakes.console import Console


@dataclass
class FollowingConsole(Console):
    """Its campaign must be nobody else's: it changes."""

    async def _follow(self) -> None:
        await Console._follow(self)
        follow_campaign(self.campaign, self.run(lambda store: campaign_in_force(self.campaign, store)))
