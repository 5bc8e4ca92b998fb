"""The composition root: builds the parts of the service, starts them, stops them in reverse."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Literal

import aiohttp
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.app_console import add_console, open_site
from bot.app_health import Health
from bot.app_mail import link_desk, mail_desk, mail_pages, mail_sender, message_ids, new_workers, upload_desk
from bot.app_pages import ApplicantDesk
from bot.app_wecom import MENU, Names, wecom_client
from bot.clock import CampaignClock, move_clock, open_clock
from bot.dialogue.understand import Labels
from bot.knowledge.answer import Knowledge
from bot.model.message import Channel, Inbound
from bot.ports import Sender, StorageUnavailable
from bot.staff.desk import STAFF_LOCK
from bot.work.alarms import Alarms
from bot.work.ask_model import ModelDesk, ModelHelp
from bot.work.broadcast import Broadcaster
from bot.work.dates import campaign_in_force, follow_campaign
from bot.work.declare import DeclarationDesk
from bot.work.deliver import Courier, PassiveLedger
from bot.work.digest import DigestDesk
from bot.work.edited import original_files
from bot.work.form_versions import note_routes, note_versions
from bot.work.hand_out import PrintShop
from bot.work.invitations import Invitations
from bot.work.linked_files import LinkDesk
from bot.work.live_answers import AnswersDesk, LiveAnswers
from bot.work.mail_desk import MailDesk
from bot.work.notice_follow_up import FollowUp
from bot.work.picture_decks import PictureDesk
from bot.work.remind import ReminderDesk
from bot.work.turn import Answer, Clerk, apologise, receive
from bot.work.uploads import UploadDesk
from bot.work.visit_follow_up import VisitFollowUp
from bot.work.workers import Workers
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from config.settings import Settings
from handlers.applicant.pages import Sending, applicant_routes
from handlers.console.login import LoginDesk
from handlers.console.site import Site
from handlers.llm import open_model
from handlers.mail.pool import MailPool
from handlers.web import StateCollector, health_routes, manners
from handlers.wecom.callback import Accepted
from handlers.wecom.callback import routes as callback_routes
from handlers.wecom.client import WeComClient, open_session
from handlers.wecom.crypto import Envelope
from handlers.wecom.limits import Limiter
from handlers.wecom.menu import upload_menu
from handlers.wecom.parse import concerns_a_person, idle_alarm
from handlers.wecom.send import WeComSender
from storage.database import Database, open_database
from storage.files import DiskFiles
from storage.shared_cache import DatabaseCache
from storage.writer import ThreadWriter

Role = Literal["all", "web", "worker"]

TICK_SECONDS = 5
LAST_SECONDS = 2.0  # of a stop, for messages on their way out

log = logging.getLogger(__name__)


def _machine_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Service:
    """One process of the service. Build it with `build`, then `start`, then serve `web`; `stop` ends it."""

    settings: Settings
    campaign: Campaign
    database: Database
    writer: ThreadWriter
    files: DiskFiles
    clock: CampaignClock
    clerk: Clerk
    live: LiveAnswers
    role: Role
    web: web.Application
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    workers: Workers = field(default_factory=new_workers)
    alarms: Alarms = field(init=False)
    mail: MailDesk = field(init=False)
    links: LinkDesk = field(init=False)
    uploads: UploadDesk = field(init=False)
    pictures: PictureDesk = field(init=False)
    reminders: ReminderDesk = field(init=False)
    notices: Broadcaster = field(init=False)
    follow_up: FollowUp = field(init=False)
    visits: VisitFollowUp = field(init=False)
    invitations: Invitations = field(init=False)
    digest: DigestDesk = field(init=False)
    shop: PrintShop = field(init=False)
    courier: Courier = field(init=False)
    ledger: PassiveLedger = field(init=False)
    answers: AnswersDesk = field(init=False)
    model: ModelDesk = field(init=False)
    login: LoginDesk = field(init=False)
    last_tick: datetime = field(default_factory=_machine_now)
    _client: WeComClient | None = None
    _post: MailPool | None = None
    _session: aiohttp.ClientSession | None = None
    _scheduler: AsyncIOScheduler | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _names: Names | None = None
    _health: Health = field(init=False)
    _turns: Counter = field(init=False)
    _seconds: Histogram = field(init=False)

    def __post_init__(self) -> None:
        self._turns = Counter("pingxuan_turns", "Messages taken", ["result"], registry=self.registry)
        self._seconds = Histogram("pingxuan_turn_seconds", "Seconds a turn took", registry=self.registry)
        mail_to = self.settings.mail.address or ""
        self.alarms = Alarms(self.writer, mail_to if self.settings.mail_on else "", _machine_now)
        url = self.settings.public_url
        self.shop = PrintShop(self.campaign, self.writer, self.files, url, _machine_now, self._today)
        parts = (self.clerk, self.writer, self.files, self.workers)
        self.mail = mail_desk(self.settings, *parts, self.alarms, self.clock.now, self._decided)
        self.links = link_desk(self.settings, *parts, self.alarms, self.clock.now, self._decided)
        self.uploads = upload_desk(self.settings, *parts, self.clock.now)
        self.pictures = PictureDesk(self.writer, self.files, self.workers)
        now = self.clock.now
        self.reminders = ReminderDesk(self.clerk, self.database, self.writer, now, self._decided)
        self.notices = Broadcaster(self.writer, self.clerk, now, self._decided)
        self.follow_up = FollowUp(self.database, self.writer, self.clerk, now, self._decided)
        self.visits = VisitFollowUp(self.writer, self.clerk, now, self._decided)
        self.invitations = Invitations(self.writer, _machine_now)
        self.digest = DigestDesk(self.clerk, self.database, self.writer, now, self._decided)
        watched = (self.settings, self.role, self.campaign, self.database)
        clocks = (now, _machine_now, lambda: self.last_tick)
        self._health = Health(*watched, self.mail, *clocks, lambda: self.writer.failing)

    def _decided(self) -> None:
        """Something was put into the outbox outside a chat."""
        if self._scheduler is not None:
            self.courier.wake()
            self.notices.wake()

    def _today(self) -> date:
        return self.clock.now().astimezone(self.campaign.zone).date()

    # life

    async def start(self) -> None:
        """Build what talks to the outside. From now on messages may come in."""
        await asyncio.to_thread(self.files.sweep)
        senders: dict[Channel, Sender] = {}
        cache = DatabaseCache(self.database)
        if self.settings.wecom_on:
            self._session = open_session()
            self._client = wecom_client(self.settings, cache, self._session)
            self._names = Names(self._client, self.writer, self._begin)
            senders[Channel.WECOM] = WeComSender(self._client, self.files, cache, Limiter(time.time))
        if self.settings.mail_on:
            self._post = mail_sender(self.settings, self.campaign, self.files, cache, _machine_now)
            senders[Channel.MAIL] = self._post
        owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.courier = Courier(self.writer, senders, self.shop, self.alarms, owner, _machine_now)
        self.ledger = PassiveLedger(self.writer, _machine_now, self.courier.wake)
        wake = self.courier.wake
        self.answers = AnswersDesk(
            self.live, self.writer, self.clock.now, _machine_now, wake, tells=self.role != "web"
        )
        model = ModelHelp(self.campaign, open_model(self.settings.llm))
        self.model = ModelDesk(model, self.live, self.writer, _machine_now, self._begin, wake)

    def work(self) -> None:
        """Start delivering and ticking, where the role does that."""
        self._begin(self.answers.run())
        if self.role == "web":
            return
        self._begin(note_versions(self.writer, self.campaign))
        self._begin(note_routes(self.writer, self.campaign))
        self._begin(self.courier.run())
        self._begin(self.mail.run())
        self._begin(self.notices.run())
        self._begin(self.pictures.run())
        if self.settings.mail.fetch_links:
            self._begin(self.links.run())
        self._scheduler = AsyncIOScheduler(timezone=self.campaign.zone)
        self._scheduler.add_job(
            self._tick_on_time, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, id="tick"
        )
        self._scheduler.start()

    def add_routes(self) -> None:
        """Everything this role answers, before the application is started."""
        self.registry.register(StateCollector(self._health.gauges))
        self.web.add_routes(health_routes(self._health.readiness, self.registry))
        if self.role == "worker":
            return
        desk = ApplicantDesk(self.campaign, self.database, self.files, self.shop, _machine_now)
        sending = Sending(desk.owner, self.uploads, desk.picture)
        declare = DeclarationDesk(self.campaign, self.writer, self.clock.now, _machine_now).declare
        self.web.add_routes(applicant_routes(desk.view, desk.form, desk.selfcheck, sending, declare))
        self.login = add_console(self.web, self.console(), self.settings, self.database, lambda: self._client)
        wecom = self.settings.wecom
        if self.settings.wecom_on and wecom.token and wecom.aes_key and wecom.corp_id:
            token, key = wecom.token.get_secret_value(), wecom.aes_key.get_secret_value()
            envelope = Envelope(token, key, wecom.corp_id)
            self.web.add_routes(callback_routes(envelope, self.take, self.clock.now))

    def console(self) -> Site:
        """What the console's pages ask of this service."""
        parts = (self.clerk, self.database, self.writer, self.files, self.workers, self.shop)
        moments = (self.clock.now, _machine_now)
        mail = mail_pages(self.settings, self.clerk, self.mail, self.links)
        return open_site(self.settings, *parts, *moments, self._decided, self._follow, mail)

    def _begin(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task ended with an error", exc_info=error)

    async def stop(self) -> None:
        """Finish what is under way; nothing that was answered is lost."""
        await self.rest()
        await self.uploads.close()
        await self.ledger.close()
        await self.model.close()
        if self._post is not None:
            await self._post.close()
        await asyncio.to_thread(self.workers.close)
        await asyncio.to_thread(self.writer.stop)
        if self._session is not None:
            await self._session.close()
        self.database.close()

    async def rest(self) -> None:
        """Undo `work`. What is being sent may arrive: cut off, it would be sent again."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        self.courier.stop()
        self.answers.stop()
        self.mail.stop()
        self.notices.stop()
        self.pictures.stop()
        self.links.stop()
        tasks = list(self._tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=LAST_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tick_on_time(self) -> None:
        """One tick. What the service stops in the middle of is done after its next start, and is no error."""
        with suppress(asyncio.CancelledError):
            await self.tick()

    async def tick(self) -> None:
        """What is done every few seconds: follow the campaign clock other processes moved."""
        start = self.settings.clock
        self.clock.offset = await self.writer.run(lambda store: open_clock(store, start))
        await self._follow()
        if self.role != "web":
            await self.uploads.sweep()
            await self.invitations.tick()
            if self.campaign.keep_until is None:  # else nobody is reminded of anything any more
                await self.reminders.tick()
                await self.follow_up.tick()
                await self.visits.tick()
                await self.digest.tick()
        self.last_tick = _machine_now()

    async def _follow(self) -> None:
        """Go by the roles and the dates as they are kept now: other processes change them, too."""
        staff = self.clerk.staff
        staff.take(await asyncio.to_thread(self.database.read, staff.load))
        in_force = await asyncio.to_thread(self.database.read, partial(campaign_in_force, self.campaign))
        follow_campaign(self.campaign, in_force)

    async def move_clock(self, to: datetime) -> None:
        """Put the campaign clock to a later moment, and run what falls due."""
        self.clock.offset = await self.writer.run(lambda store: move_clock(store, to))
        await self.tick()
        await self.courier.look()

    # WeCom

    async def take(self, inbound: Inbound) -> Accepted:
        """One message or event from WeCom: on record when this returns."""
        if not concerns_a_person(inbound):
            if warning := idle_alarm(inbound):
                await self.alarms.raise_alarm(f"wecom:{inbound.event}", warning)
            return Accepted()
        is_staff = self.clerk.staff.knows(inbound.channel, inbound.sender)
        lock = STAFF_LOCK if is_staff else f"{inbound.channel}:{inbound.sender}"
        try:
            with self._seconds.time():
                answer = await self.writer.run(lambda store: receive(self.clerk, store, inbound), lock)
        except StorageUnavailable:
            self._turns.labels("unavailable").inc()
            raise
        except Exception as error:
            return await self._failed(inbound, error)
        self._turns.labels("repeated" if answer.repeated else "taken").inc()
        if self._names is not None:
            self._names.learn(inbound)
        self.model.follow_up(inbound, answer.outcome)
        return self._accepted(answer)

    def _accepted(self, answer: Answer) -> Accepted:
        if not answer.texts:
            self.courier.wake()
            return Accepted()
        key, more = answer.key, answer.more
        return Accepted(answer.texts[0], lambda: self.ledger.done(key, more), lambda: self.ledger.missed(key))

    async def _failed(self, inbound: Inbound, error: Exception) -> Accepted:
        """A turn that failed: kept to be run again, answered politely, the office alarmed."""
        self._turns.labels("failed").inc()
        name = type(error).__name__
        log.exception("a turn failed")
        answer = await self.writer.run(lambda store: apologise(self.clerk, store, inbound, name))
        await self.alarms.raise_alarm(f"turn:{name}", f"有消息处理失败（{name}），已保存，请查看日志。")
        return self._accepted(answer)

    async def offer_menu(self) -> None:
        """Set up the app's menu in WeCom, as far as WeCom lets us."""
        if self._client is None or self.role == "web":
            return
        try:
            await upload_menu(self._client, MENU)
        except Exception as error:
            # without its menu the app still works by text
            log.warning("the menu could not be set up: %s", type(error).__name__)


def build(settings: Settings, role: Role = "all") -> Service:
    """A service over a database whose schema is current. Blocking; nothing runs yet but the writer."""
    campaign = load_campaign(campaign_folder(settings.campaign))
    database = open_database(settings.database_url.get_secret_value(), campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    offset = writer.run_blocking(lambda store: open_clock(store, settings.clock), lock="clock")
    live = LiveAnswers(campaign, Knowledge(campaign))
    live.take(*writer.run_blocking(live.load))
    original_files(campaign)  # read once, before the writer needs them
    follow_campaign(campaign, writer.run_blocking(partial(campaign_in_force, campaign)))
    clerk = Clerk(
        campaign,
        Labels(campaign.form),
        live,
        lambda: secrets.token_hex(8),
        _machine_now,
        message_ids(settings) if settings.mail_on else None,
    )
    clerk.staff.take(writer.run_blocking(clerk.staff.load))
    service = Service(
        settings,
        campaign,
        database,
        writer,
        DiskFiles(settings.files_dir),
        CampaignClock(offset),
        clerk,
        live,
        role,
        web.Application(middlewares=[manners], client_max_size=1024 * 1024),
    )
    service.add_routes()
    return service
