"""What can be held about the image without an engine that builds it. `make image-steps` tries its steps."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile in order, as (name, rest), continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", text)
    lines = (line.strip() for line in joined.splitlines())
    parts = (line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))
    return [(name, rest) for name, rest in parts]


DOCKERFILE = instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def values(name: str) -> list[str]:
    return [rest for found, rest in DOCKERFILE if found == name]


def test_image_runs_as_a_numbered_user_that_is_not_root() -> None:
    (user,) = values("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    names = [name for name, _ in DOCKERFILE]
    assert max(i for i, name in enumerate(names) if name in {"RUN", "COPY"}) < names.index("USER")


def test_image_starts_from_a_named_version() -> None:
    (base,) = values("FROM")
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", base)


def test_image_installs_only_what_is_locked() -> None:
    (pip,) = [run for run in values("RUN") if "pip install" in run]
    assert "--require-hashes -r requirements/base.txt" in pip


def test_image_copies_what_the_ignore_file_lets_through() -> None:
    copied = [copy.split()[0] for copy in values("COPY")]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert sorted(copied) == sorted(line[1:] for line in ignored if line.startswith("!"))


def test_image_serves_and_asks_for_its_own_health() -> None:
    (command,) = values("CMD")
    assert json.loads(command) == ["python", "-m", "bot", "serve"]
    (health,) = values("HEALTHCHECK")
    code = json.loads(health.partition("CMD ")[2])[2]
    compile(code, "HEALTHCHECK", "exec")
    assert "http://127.0.0.1:8080/healthz" in code


def test_compose_names_versions_and_publishes_on_loopback_only() -> None:
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    images = re.findall(r"^\s+image: (\S+)$", compose, re.MULTILINE)
    assert len(images) == 2
    assert [image for image in images if not re.search(r":\d", image)] == []
    assert re.findall(r'- "(\S+):8080"', compose) == ["127.0.0.1:8080"]
