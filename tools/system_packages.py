"""Installs the Debian packages of system-packages.txt that are missing, where that is allowed.

    python -m tools.system_packages

Where it is not allowed, or fails, it says so and ends with 0: the tests then skip what they cannot do, or
fail under CI=true (tests/plugins/system_needs.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).parent.parent / "system-packages.txt"

SHOWN_BY = {
    "chromium": "chromium",
    "dovecot-imapd": "/usr/sbin/dovecot",
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "libreoffice-impress-nogui": "/usr/lib/libreoffice/program/libslideshowlo.so",
    "libreoffice-writer-nogui": "/usr/lib/libreoffice/program/libswlo.so",
    "poppler-utils": "pdftoppm",
    "unar": "unar",
}
"""Package → the command, or the absolute path of the file, that shows it is there."""


def listed(text: str) -> list[str]:
    """The package names of a list with one name a line and `#` comments."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def missing(packages: Iterable[str]) -> list[str]:
    """Those of `packages` that this machine does not have. KeyError for one that SHOWN_BY does not know."""
    return [package for package in packages if not _present(SHOWN_BY[package])]


def _present(sign: str) -> bool:
    return Path(sign).exists() if sign.startswith("/") else shutil.which(sign) is not None


def _root_prefix() -> list[str] | None:
    """What to put before a command so that it runs as root without a question; None if that cannot be."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def _run(command: list[str]) -> bool:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-5:]), file=sys.stderr)
    return done.returncode == 0


def install(packages: list[str]) -> None:
    """Installs with apt-get; says in one sentence why not, where that cannot be."""
    names = " ".join(packages)
    prefix = _root_prefix() if shutil.which("apt-get") else None
    if prefix is None:
        print(f"Not installed, and may not be installed from here: {names}", file=sys.stderr)
        return
    print(f"Installing {names} ...", file=sys.stderr)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    _run([*apt, "update"])  # a failure may be harmless: the lists at hand can be good enough
    if not _run([*apt, "install", "--yes", "--no-install-recommends", *packages]):
        print(f"apt-get could not install {names}", file=sys.stderr)


def main() -> None:
    absent = missing(listed(LIST.read_text(encoding="utf-8")))
    if absent:
        install(absent)


if __name__ == "__main__":
    main()
