"""What /readyz and /metrics tell of the service: part of the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.ports import StorageUnavailable
from bot.work.mail_desk import MailDesk
from config.campaign import Campaign
from config.load import lies_in_the_past
from config.settings import Settings
from handlers.web import Part
from storage.database import Database

_UNWRITABLE = "可以读取，但最近一次写入失败，请检查磁盘空间和数据库权限"
TICK_LATE = 60.0  # seconds without a tick after which the scheduler counts as dead


@dataclass(frozen=True, slots=True)
class Health:
    """Looks at the parts. `now` is the campaign clock, `machine_now` the machine's."""

    settings: Settings
    role: Literal["all", "web", "worker"]
    campaign: Campaign
    database: Database
    mail: MailDesk
    now: Callable[[], datetime]
    machine_now: Callable[[], datetime]
    last_tick: Callable[[], datetime]
    failing: Callable[[], bool]  # whether the last thing to be written could not be

    async def readiness(self) -> Mapping[str, Part]:
        """Each part's state for /readyz."""
        parts: dict[str, Part] = {}
        try:
            counts = await asyncio.to_thread(self.database.counts)
            failing = self.failing()
            parts["database"] = Part(not failing, _UNWRITABLE if failing else "正常")
            parts["outbox"] = Part(True, f"待发 {sum(counts.outbox.values())} 条")
            parts["alarms"] = Part(True, "、".join(counts.alarms) or "无告警")
        except StorageUnavailable:
            parts["database"] = Part(False, "数据库没有响应，请检查 BOT_DATABASE_URL 和磁盘")
        late = (self.machine_now() - self.last_tick()).total_seconds()
        if self.role != "web":
            parts["scheduler"] = Part(late < TICK_LATE, f"距上次运行 {late:.0f} 秒")
        parts["wecom"] = Part(True, "已启用" if self.settings.wecom_on else "未设置")
        parts["mail"] = self._mail_state()
        past = lies_in_the_past(self.campaign, self.now())
        parts["campaign"] = Part(True, "整个活动已在过去" if past else "进行中或将开始")
        return parts

    def _mail_state(self) -> Part:
        if not self.settings.mail_on:
            return Part(True, "未设置")
        if self.role == "web":
            return Part(True, "已启用，由收发进程处理")
        read = self.mail.last_read_at
        since = (
            "尚未收信" if read is None else f"距上次收信 {(self.machine_now() - read).total_seconds():.0f} 秒"
        )
        # a mailbox that cannot be read is the office's trouble; people are answered all the same
        return Part(True, f"{since}，{self.mail.trouble}" if self.mail.trouble else since)

    def gauges(self) -> Mapping[str, Mapping[tuple[tuple[str, str], ...], float]]:
        """Figures for /metrics; without the database's where it does not answer."""
        late = (self.machine_now() - self.last_tick()).total_seconds()
        gauges: dict[str, Mapping[tuple[tuple[str, str], ...], float]] = {
            "pingxuan_seconds_since_tick": {(): late}
        }
        try:
            counts = self.database.counts()
        except StorageUnavailable:
            return gauges
        gauges["pingxuan_outbox_rows"] = {(("state", state),): n for state, n in counts.outbox.items()}
        gauges["pingxuan_applications"] = {(("stage", stage),): n for stage, n in counts.applications.items()}
        gauges["pingxuan_open_alarms"] = {(): len(counts.alarms)}
        return gauges
