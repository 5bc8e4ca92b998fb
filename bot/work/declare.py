"""The two declarations from an applicant's page: recorded as those that are said in the chat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.dialogue.declaring import Stand
from bot.model.application import AuditEntry
from bot.ports import Store, Writer
from bot.review.debts import DECLARATIONS
from bot.work.hand_out import token_hash
from config.campaign import Campaign


class Declared(StrEnum):
    """What became of a form that was sent from the page."""

    SAVED = "saved"
    UNCHANGED = "unchanged"  # nothing was chosen, or what is on record already
    CLOSED = "closed"  # withdrawn or sealed: nothing is taken any more


@dataclass(frozen=True, slots=True)
class DeclarationDesk:
    """Takes declarations from the pages under /u/. `now` is the campaign clock, `machine_now` the machine's."""

    campaign: Campaign
    writer: Writer
    now: Callable[[], datetime]
    machine_now: Callable[[], datetime]

    async def declare(self, token: str, answers: Mapping[str, str]) -> Declared | None:
        """Record what the holder of a page's token chose: yes | no | unsure by declaration. None: no such page.

        What is not a declaration, or no answer to one, is passed over. No answer blocks anything.
        """
        return await self.writer.run(lambda store: self._declare(store, token, answers))

    def _declare(self, store: Store, token: str, answers: Mapping[str, str]) -> Declared | None:
        found = store.page(token_hash(token), self.machine_now())
        if found is None:
            return None
        application, person = found
        is_withdrawn = self.campaign.stage(application.stage).replay == "withdrawn"
        if is_withdrawn or self.campaign.keep_until is not None:
            return Declared.CLOSED
        chosen = {key: answers[key] for key in DECLARATIONS if answers.get(key) in set(Stand)}
        changed = {key: said for key, said in chosen.items() if application.dossier.get(key) != said}
        if not changed:
            return Declared.UNCHANGED
        store.set_dossier(application.id, {**application.dossier, **changed})
        digests = {key: hashlib.sha256(said.encode()).hexdigest() for key, said in changed.items()}
        store.audit([AuditEntry("declare", application.id, person, "page", digests)], self.now())
        return Declared.SAVED
