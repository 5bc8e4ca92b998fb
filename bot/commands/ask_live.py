"""`python -m bot ask --live`: as the running service answers, with the office's answers and the model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TextIO

from bot.knowledge import ask_command
from bot.knowledge.answer import Answer, Knowledge
from bot.knowledge.approved import ApprovedKnowledge, current
from bot.knowledge.model import asks_understanding
from bot.ports import StorageUnavailable
from bot.work.ask_model import BUDGET_SECONDS, ModelHelp
from config.load import campaign_folder, load_campaign
from config.settings import Settings
from handlers.llm import open_model
from storage.database import open_database
from storage.schema import schema_state


def run(arguments: Sequence[str], settings: Settings, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Like `ask`; 1 if the database of the settings cannot be read."""
    campaign = load_campaign(campaign_folder(settings.campaign))
    url = settings.database_url.get_secret_value()
    try:
        if schema_state(url) != "current":
            print("数据库还没有建立或结构不是最新，请先运行：python -m bot migrate", file=stderr)
            return 1
        database = open_database(url, campaign.id)
        try:
            versions = database.read(lambda store: store.answer_versions())
        finally:
            database.close()
    except (StorageUnavailable, OSError) as error:
        print(f"数据库打不开（{type(error).__name__}），请检查 BOT_DATABASE_URL 和磁盘。", file=stderr)
        return 1
    knowledge = ApprovedKnowledge(campaign, Knowledge(campaign), current(versions))
    live = _WithModel(settings, knowledge) if settings.llm_on else knowledge
    return ask_command.run(arguments, stdin, stdout, campaign, live)


class _WithModel:
    """Waits for the model, as nobody else is kept waiting."""

    def __init__(self, settings: Settings, knowledge: ApprovedKnowledge) -> None:
        self._settings = settings
        self._campaign = load_campaign(campaign_folder(settings.campaign))
        self._knowledge = knowledge

    def answer(self, question: str, context: Sequence[str] = ()) -> Answer:
        """The answer with the model's help where it is any."""
        stands = self._knowledge.answer(question, context)
        if stands.refused and not asks_understanding(stands):
            return stands
        return asyncio.run(self._helped(question, context, stands))

    async def _helped(self, question: str, context: Sequence[str], stands: Answer) -> Answer:
        model = ModelHelp(self._campaign, open_model(self._settings.llm))
        until = time.monotonic() + BUDGET_SECONDS
        try:
            if stands.refused:
                stands = await model.understand(self._knowledge, question, context, until) or stands
            text = await model.phrase(question, stands, until)
        finally:
            await model.close()
        return Answer(stands.clauses, text, stands.refused, stands.kind, stands.topic, stands.approved)
