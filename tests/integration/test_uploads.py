"""Uploads from the applicant's page: the tus protocol over real HTTP, into a real database and real files."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer

from bot.model.mail import Inspection, Part, Upload
from bot.model.message import Channel
from bot.ports import Store
from bot.work.uploads import LARGEST, UploadDesk
from bot.work.workers import Workers
from config.load import load_campaign
from handlers.applicant.uploads import Owner, upload_routes
from storage.database import open_database
from storage.files import DiskFiles
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
APPLICATION = "a" * 16
CAMPAIGN = load_campaign(Path(__file__).parent.parent / "data/campaigns/second")
CONTENT = bytes(range(256)) * 4096  # 1 MB that is no deck
TUS = {"Tus-Resumable": "1.0.0"}
PATCH = TUS | {"Content-Type": "application/offset+octet-stream"}


@dataclass
class Desk:
    """The service's side: two people, the files, and what was registered."""

    desk: UploadDesk
    files: DiskFiles
    writer: ThreadWriter
    registered: list[tuple[str, Part]]
    clock: list[datetime]
    owners: dict[str, Owner]


@pytest.fixture
async def opened(tmp_path: Path, new_sqlite: Callable[[], str]) -> AsyncIterator[Desk]:
    database = open_database(new_sqlite(), "second")
    writer = ThreadWriter(database)
    writer.start()
    workers = Workers()
    registered: list[tuple[str, Part]] = []

    def register(store: Store, upload: Upload, part: Part, inspection: Inspection | None) -> str:
        registered.append((upload.id, part))
        return f"收到{upload.name}"

    def begin(store: Store) -> int:
        person = store.visitor(Channel.WECOM, "zhangsan", "张三", NOW).person.id
        store.start(APPLICATION, person, "draft", NOW)
        return person

    person = writer.run_blocking(begin)
    ids = iter(f"{number:032x}" for number in range(1, 99))
    files = DiskFiles(tmp_path / "files")
    folder = tmp_path / "uploads"
    clock = [NOW]
    desk = UploadDesk(writer, files, workers, folder, CAMPAIGN, register, lambda: clock[0], lambda: next(ids))
    yield Desk(
        desk, files, writer, registered, clock, {"mine": (APPLICATION, person), "other": ("b" * 16, 9)}
    )
    await desk.close()
    workers.close()
    writer.stop()
    database.close()


@pytest.fixture
async def page(opened: Desk) -> AsyncIterator[ClientSession]:
    async def owner(request: web.Request) -> Owner | web.Response:
        found = opened.owners.get(request.match_info["token"])
        return found or web.Response(status=404)

    app = web.Application()
    app.add_routes(upload_routes(owner, opened.desk))
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as session:
        yield session


def named(name: str, size: int) -> dict[str, str]:
    encoded = base64.b64encode(name.encode()).decode()
    return TUS | {"Upload-Length": str(size), "Upload-Metadata": f"filename {encoded}"}


async def begin(page: ClientSession, name: str = "申报报告.pptx", size: int = len(CONTENT)) -> str:
    async with page.post("/u/mine/files", headers=named(name, size)) as answer:
        assert answer.status == 201
        return answer.headers["Location"]


async def append(page: ClientSession, place: str, offset: int, content: bytes) -> int:
    async with page.patch(place, headers=PATCH | {"Upload-Offset": str(offset)}, data=content) as answer:
        return answer.status


async def offset_of(page: ClientSession, place: str) -> int:
    async with page.head(place, headers=TUS) as answer:
        assert answer.status == 200
        return int(answer.headers["Upload-Offset"])


async def shown(page: ClientSession, place: str) -> dict[str, object]:
    """What the page is told, once the file is registered."""
    while True:
        async with page.get(place) as answer:
            told: dict[str, object] = await answer.json()
        if told["sha256"]:
            return told
        await asyncio.sleep(0.02)


async def test_file_arrives_in_pieces_and_is_registered_once(opened: Desk, page: ClientSession) -> None:
    place = await begin(page)
    assert await append(page, place, 0, CONTENT[:300_000]) == 204
    assert await offset_of(page, place) == 300_000
    assert await append(page, place, 300_000, CONTENT[300_000:]) == 204
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert await shown(page, place) == {
        "size": len(CONTENT), "offset": len(CONTENT), "sha256": sha256, "told": "收到申报报告.pptx",
    }  # fmt: skip
    assert opened.files.get(sha256) == CONTENT
    await opened.desk.sweep()
    await opened.desk.close()
    assert [(upload, part.name, part.sha256) for upload, part in opened.registered] == [
        ("1".rjust(32, "0"), "申报报告.pptx", sha256)
    ]
    assert list(opened.desk.folder.iterdir()) == []


async def test_upload_to_a_sealed_campaign_is_refused(opened: Desk, page: ClientSession) -> None:
    opened.desk.campaign = replace(CAMPAIGN, keep_until=date(2029, 12, 31))
    async with page.post("/u/mine/files", headers=named("申报报告.pptx", 9)) as answer:
        assert (answer.status, "已经结束并归档" in await answer.text()) == (409, True)
    assert opened.registered == []


async def test_wrong_offset_changes_nothing(opened: Desk, page: ClientSession) -> None:
    place = await begin(page)
    assert await append(page, place, 0, CONTENT[:1000]) == 204
    assert await append(page, place, 0, CONTENT[:1000]) == 409
    assert await append(page, place, 5000, CONTENT[:1000]) == 409
    assert await offset_of(page, place) == 1000


async def test_more_than_was_announced_is_refused(page: ClientSession) -> None:
    place = await begin(page, size=10)
    assert await append(page, place, 0, CONTENT[:11]) == 413


async def test_line_that_drops_keeps_what_arrived(opened: Desk, page: ClientSession) -> None:
    place = await begin(page)

    async def half() -> AsyncIterator[bytes]:
        yield CONTENT[:400_000]
        await asyncio.sleep(0.1)
        raise ConnectionResetError

    headers = PATCH | {"Upload-Offset": "0"}
    with pytest.raises(ClientError):  # the client's own line is what breaks
        await page.patch(place, headers=headers, data=half())
    for _ in range(500):  # the service notices a little later
        if await offset_of(page, place) == 400_000:
            break
        await asyncio.sleep(0.01)
    assert await append(page, place, 400_000, CONTENT[400_000:]) == 204
    assert (await shown(page, place))["sha256"] == hashlib.sha256(CONTENT).hexdigest()


async def test_whole_upload_that_a_stop_left_is_registered_by_the_sweep(
    opened: Desk, page: ClientSession
) -> None:
    place = await begin(page)
    upload = place.rpartition("/")[2]
    opened.desk.folder.joinpath(upload).write_bytes(CONTENT)
    opened.writer.run_blocking(lambda store: store.advance_upload(upload, len(CONTENT)))
    await opened.desk.sweep()
    await opened.desk.close()
    assert [known for known, _ in opened.registered] == [upload]


async def test_upload_of_another_page_is_not_found(opened: Desk, page: ClientSession) -> None:
    place = await begin(page)
    foreign = place.replace("/mine/", "/other/")
    assert await append(page, foreign, 0, CONTENT) == 404
    for method, headers in (("HEAD", TUS), ("GET", {}), ("DELETE", TUS)):
        async with page.request(method, foreign, headers=headers) as answer:
            assert answer.status == 404
    assert await offset_of(page, place) == 0


@pytest.mark.parametrize("upload", ["../../etc/passwd", "%2e%2e%2fbot.db", "0" * 31, "f" * 32])
async def test_upload_that_is_none_is_not_found(page: ClientSession, upload: str) -> None:
    async with page.get(f"/u/mine/files/{upload}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("size", "status"), [(0, 400), (LARGEST + 1, 413), (-1, 400)], ids=["empty", "too large", "no number"]
)
async def test_size_that_cannot_be_taken_is_refused(page: ClientSession, size: int, status: int) -> None:
    async with page.post("/u/mine/files", headers=named("报告.pptx", size)) as answer:
        assert answer.status == status
        assert await answer.text() != ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../evil.sh", "evil.sh"), ("C:\\a\\报告.pptx", "报告.pptx"), ("\x00\u202e", "未命名文件")],
)
async def test_name_is_only_shown(opened: Desk, page: ClientSession, sent: str, kept: str) -> None:
    place = await begin(page, sent, 4)
    assert await append(page, place, 0, b"data") == 204
    assert (await shown(page, place))["told"] == f"收到{kept}"
    assert sorted(path.name for path in opened.desk.folder.parent.iterdir() if path.is_dir()) == [
        "files",
        "uploads",
    ]


async def test_other_version_of_the_protocol_is_refused(page: ClientSession) -> None:
    async with page.post("/u/mine/files", headers={"Upload-Length": "9"}) as answer:
        assert (answer.status, answer.headers["Tus-Version"]) == (412, "1.0.0")


async def test_upload_given_up_is_gone(opened: Desk, page: ClientSession) -> None:
    place = await begin(page)
    assert await append(page, place, 0, CONTENT[:1000]) == 204
    async with page.delete(place, headers=TUS) as answer:
        assert answer.status == 204
    async with page.head(place, headers=TUS) as answer:
        assert answer.status == 404
    assert list(opened.desk.folder.iterdir()) == []


async def test_unfinished_upload_expires_with_its_bytes(opened: Desk, page: ClientSession) -> None:
    place = await begin(page)
    assert await append(page, place, 0, CONTENT[:1000]) == 204
    opened.clock[0] = NOW + timedelta(days=8)
    await opened.desk.sweep()
    assert list(opened.desk.folder.iterdir()) == []
    async with page.head(place, headers=TUS) as answer:
        assert answer.status == 404


async def test_unfinished_uploads_of_one_person_are_few(opened: Desk, page: ClientSession) -> None:
    places = [await begin(page) for _ in range(5)]
    known = []
    for place in places:
        async with page.head(place, headers=TUS) as answer:
            known.append(answer.status)
    assert known == [404, 404, 200, 200, 200]


async def test_bytes_of_uploads_that_were_given_up_do_not_stay(opened: Desk, page: ClientSession) -> None:
    for _ in range(5):
        assert await append(page, await begin(page), 0, CONTENT[:1000]) == 204
    assert len(list(opened.desk.folder.iterdir())) == 5
    await opened.desk.sweep()
    assert len(list(opened.desk.folder.iterdir())) == 3


async def test_line_that_went_silent_does_not_hold_the_upload(
    opened: Desk, page: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.work.uploads.QUIET", 0.2)
    place = await begin(page)
    never = asyncio.Event()

    async def silent() -> AsyncIterator[bytes]:
        yield CONTENT[:1000]
        await never.wait()

    async with page.patch(place, headers=PATCH | {"Upload-Offset": "0"}, data=silent()) as answer:
        assert answer.status == 408
    assert await offset_of(page, place) == 1000
    assert await append(page, place, 1000, CONTENT[1000:]) == 204


async def test_finished_upload_is_not_touched_again(opened: Desk, page: ClientSession) -> None:
    place = await begin(page)
    assert await append(page, place, 0, CONTENT) == 204
    before = await shown(page, place)
    assert await append(page, place, len(CONTENT), b"") == 204
    assert await append(page, place, len(CONTENT), b"more") == 204
    await opened.desk.close()
    assert await shown(page, place) == before
    assert len(opened.registered) == 1
    assert list(opened.desk.folder.iterdir()) == []


async def test_one_person_does_not_fill_the_disk(opened: Desk, page: ClientSession) -> None:
    def finished(store: Store) -> None:
        for number in range(5):
            upload = Upload(
                f"{number:032x}f"[-32:],
                *opened.owners["mine"],
                "a",
                LARGEST,
                LARGEST,
                NOW + timedelta(days=7),
                "f",
            )
            store.add_upload(upload)

    opened.writer.run_blocking(finished)
    async with page.post("/u/mine/files", headers=named("报告.pptx", 1)) as answer:
        assert answer.status == 413
