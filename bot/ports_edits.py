"""What the use cases need to remember of what the office edited of the campaign: a part of `bot.ports.Store`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.edits import ContactCard, Edit, MessageState
from bot.model.message import Channel


class EditStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the campaign clock unless said."""

    # the campaign
    def edits(self) -> Sequence[Edit]:
        """Every edit there ever was, oldest first; nothing is replaced or removed."""

    def add_edit(self, edit: Edit) -> Edit:
        """Keep an edit; returned with its id."""

    # the directory
    def cards(self) -> Mapping[int, ContactCard]:
        """How people are telephoned, by person."""

    def set_card(self, card: ContactCard) -> None:
        """Keep how somebody is telephoned, in place of what was kept before."""

    def remove_address(self, person: int, channel: Channel, address: str) -> bool:
        """Let an address stand for nobody; False if it does not stand for this person."""

    def forget_unreachable(self, channel: Channel, address: str) -> None:
        """Let an address be tried again."""

    def copy_members(self, campaign: str, now: datetime) -> int:
        """Give everybody with a role the same role in another campaign; how many were new there."""

    def message_states(self, prefix: str) -> Sequence[MessageState]:
        """The messages whose key begins so, oldest first."""
