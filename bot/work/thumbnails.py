"""Small pictures of a deck's first pages, where LibreOffice is installed.

1. LibreOffice gets a profile of its own in which macros never run, and a proxy that leads nowhere: no linked
   file is fetched. 2. It is killed with all it started when its time is over. 3. Its exit code says nothing:
   what counts is the PDF it has left.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pypdfium2

WIDEST = 320  # pixels
SECONDS = 60.0
_QUALITY = 80
_NOWHERE = "http://127.0.0.1:9"
_SCRIPTS = "/org.openoffice.Office.Common/Security/Scripting"
_NETWORK = "/org.openoffice.Inet/Settings"
_SETTINGS = (
    (_SCRIPTS, "MacroSecurityLevel", "3"),  # 3: only signed and trusted ones, and nobody is trusted
    (_SCRIPTS, "DisableMacrosExecution", "true"),
    (_SCRIPTS, "BlockUntrustedRefererLinks", "true"),
    (_NETWORK, "ooInetProxyType", "2"),  # 2: the proxies named here
    (_NETWORK, "ooInetHTTPProxyName", "127.0.0.1"),
    (_NETWORK, "ooInetHTTPProxyPort", "9"),
    (_NETWORK, "ooInetHTTPSProxyName", "127.0.0.1"),
    (_NETWORK, "ooInetHTTPSProxyPort", "9"),
    (_NETWORK, "ooInetNoProxy", ""),
)
_EXPORT = (
    'pdf:impress_pdf_Export:{"ExportHiddenSlides":{"type":"boolean","value":"true"},'
    '"PageRange":{"type":"string","value":"1-PAGES"},'
    '"ReduceImageResolution":{"type":"boolean","value":"true"},'
    '"MaxImageResolution":{"type":"long","value":"75"}}'
)


def thumbnails(path: Path, out: Path, pages: int, seconds: float = SECONDS) -> list[Path]:
    """JPEG pictures of the deck's first `pages` slides, in order, named page-001.jpg … in the folder `out`.

    None where LibreOffice is not installed, or makes no PDF of the file within `seconds`.
    """
    office = shutil.which("soffice")
    if office is None or pages < 1:
        return []
    with tempfile.TemporaryDirectory(prefix="deck-") as folder:
        pdf = _pdf(office, path, Path(folder), pages, seconds)
        return _pictures(pdf, out, pages) if pdf else []


def _pdf(office: str, path: Path, folder: Path, pages: int, seconds: float) -> Path | None:
    """The deck as PDF; None if LibreOffice left none."""
    profile, results = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    results.mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    source = folder / "deck"  # LibreOffice goes by the content where the name says nothing
    source.symlink_to(path.resolve())
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo"]
    command += ["--convert-to", _EXPORT.replace("PAGES", str(pages)), "--outdir", str(results), str(source)]
    process = subprocess.Popen(
        command,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError):  # also whatever it left running
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return next(iter(results.glob("*.pdf")), None)


def _registry() -> str:
    """The profile's settings as LibreOffice keeps them."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def _environment(folder: Path) -> dict[str, str]:
    """What LibreOffice needs to know and no more; every way out leads nowhere."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    ways = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy")
    return kept | {"HOME": str(folder), "TMPDIR": str(folder), **dict.fromkeys(ways, _NOWHERE)}


def _pictures(pdf: Path, out: Path, pages: int) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    made = []
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return []
    with document:
        for number in range(min(pages, len(document))):
            page = document[number]
            scale = WIDEST / max(page.get_width(), 1.0)
            picture = page.render(scale=scale).to_pil().convert("RGB")
            target = out / f"page-{number + 1:03}.jpg"
            picture.crop((0, 0, min(picture.width, WIDEST), picture.height)).save(target, quality=_QUALITY)
            made.append(target)
            page.close()
    return made
