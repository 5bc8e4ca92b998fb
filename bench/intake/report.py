"""Runs the intake beside its limit and prints what came of it.

The limit reads the raw mail in chunks, decodes the attachment, writes, hashes and syncs it, and does nothing
else. The real thing is the service's own intake over a SQLite file and a folder, in a process of its own:
the raw mail is kept, read in a child, its files are kept and looked into, and the mail is decided about.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.intake.mails import (
    Made,
    content_in_raw,
    deck_with_film,
    fetch_plainly,
    least,
    make_mail,
    random_bytes,
)
from bench.intake.service import Cost, Keep, Poll, Service, running

MB = 1_000_000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
LARGE = 50 * MB  # attachment
WHOLE = 70 * MB  # raw mail
SMALL, MANY = 200_000, 200
TARGET_RATIO, TARGET_MEMORY, TARGET_LAG = 0.4, 30, 50


def main() -> None:
    """Print the figures."""
    print(f"mail coming in, {ROUNDS} rounds each, median time and worst memory and lag")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        _large(folder, "50 MB deck of random bytes", lambda: random_bytes(LARGE))
        _large(folder, "50 MB deck, opened and checked", lambda: deck_with_film(LARGE))
        _large(folder, "70 MB raw mail", lambda: random_bytes(content_in_raw(WHOLE)))
        _mailbox(folder)
        _small(folder)


def _large(folder: Path, name: str, attachment: Callable[[], bytes]) -> None:
    floors, costs = [], []
    with running(folder / "service") as service:
        baseline = _warm_up(service, folder)
        for number in range(ROUNDS):
            made = make_mail(folder / f"large{number}.eml", attachment())
            floors.append(least(made, _empty(folder / "least")))
            costs.append(service.run(Keep([made.raw])))
            _check(costs[-1], 1, made.attachment)
    _print_against_least(name, made, floors, costs)
    _print_costs(costs, baseline, service)
    shutil.rmtree(folder / "service")


def _mailbox(folder: Path) -> None:
    """The same over IMAP, from a real server on this machine."""
    from tests.fakes.dovecot import PASSWORD, running_dovecot

    plain, costs = [], []
    with running_dovecot() as dovecot:
        url = f"imap://office:{PASSWORD}@127.0.0.1:{dovecot.port}"
        mail = {"address": "office@example.com", "imap_url": url, "smtp_url": "smtp://127.0.0.1:9"}
        with running(folder / "service", **mail) as service:
            dovecot.deliver(
                "office", make_mail(folder / "first.eml", b"small", "a.txt").raw.path.read_bytes()
            )
            service.run(Poll())
            baseline = service.settle_down()
            for number in range(ROUNDS):
                made = make_mail(folder / f"fetched{number}.eml", random_bytes(content_in_raw(WHOLE)))
                dovecot.deliver("office", made.raw.path.read_bytes())
                with dovecot.client("office") as client:
                    plain.append(fetch_plainly(client, folder / "plain"))
                costs.append(service.run(Poll()))
                _check(costs[-1], 1, made.attachment)
    fetched, least_seconds = statistics.median(cost.taken for cost in costs), statistics.median(plain)
    size = made.raw.size / MB
    print(
        f"70 MB mail over IMAP               fetch and keep {size / fetched:5.0f} MB/s, "
        f"imaplib to memory and disk {size / least_seconds:.0f} MB/s: {least_seconds / fetched:.2f}"
    )
    _print_costs(costs, baseline, service)
    shutil.rmtree(folder / "service")


def _small(folder: Path) -> None:
    """Many mails with a deck of usual size, each checked and answered."""
    mails, floors = [], []
    for number in range(MANY):
        made = make_mail(folder / f"small{number}.eml", deck_with_film(SMALL))
        mails.append(made.raw)
        floors.append(least(made, _empty(folder / "least")))
    with running(folder / "service") as service:
        baseline = _warm_up(service, folder)
        cost = service.run(Keep(mails))
    _check(cost, MANY, SMALL)
    print(
        f"{MANY} mails with a deck of 200 kB      {MANY / cost.seconds:5.1f} mails/s, "
        f"{cost.seconds / MANY * 1000:.0f} ms each (limit without reading the deck {sum(floors) / MANY * 1000:.1f} ms)"
    )
    _print_costs([cost], baseline, service)
    shutil.rmtree(folder / "service")


def _warm_up(service: Service, folder: Path) -> int:
    """A few small mails, so that everything is loaded; then the memory of the idle service."""
    for number in range(3):
        service.run(Keep([make_mail(folder / f"warm{number}.eml", deck_with_film(SMALL)).raw]))
    return service.settle_down()


def _check(cost: Cost, mails: int, size: int) -> None:
    """Nothing was skipped: so many mails, each with an attachment of at least about that size."""
    if len(cost.attachments) != mails or min(cost.attachments) < size * 0.99:
        raise RuntimeError(f"of {mails} mails these attachments came through: {cost.attachments}")


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _print_against_least(name: str, made: Made, floors: list[float], costs: list[Cost]) -> None:
    size, floor = made.attachment / MB, statistics.median(floors)
    seconds = statistics.median(cost.seconds for cost in costs)
    ratio = statistics.median(one / cost.seconds for one, cost in zip(floors, costs, strict=True))
    print(
        f"{name:<34} {size / seconds:5.0f} MB/s, limit {size / floor:.0f} MB/s: "
        f"{ratio:.2f} (target {TARGET_RATIO}); decided after {seconds * 1000:.0f} ms"
    )


def _print_costs(costs: list[Cost], baseline: int, service: Service) -> None:
    added = max(cost.highest for cost in costs) - baseline
    lag = max(cost.lag_highest for cost in costs)
    p99 = max(cost.lag_p99 for cost in costs)
    family = service.family
    print(
        f"    service {baseline / MB:.0f} MB + {added / MB:.1f} MB (target {TARGET_MEMORY}), "
        f"loop late at most {lag * 1000:.0f} ms (target {TARGET_LAG}), p99 {p99 * 1000:.1f} ms; "
        f"child {family.highest / MB:.0f} MB, {family.own / MB:.0f} MB of it its own",
        flush=True,
    )
