"""The command that builds a campaign's blank form again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.documents.template_command import main
from config.campaign import Campaign


def test_form_is_written_beside_its_layout(campaign: Campaign, tmp_path: Path) -> None:
    shipped = Path(campaign.folder) / campaign.form.template
    layout = tmp_path / "paper.toml"
    layout.write_bytes(shipped.with_suffix(".toml").read_bytes())
    assert main([str(layout)]) == 0
    assert (tmp_path / "paper.docx").read_bytes() == shipped.read_bytes()


def test_no_layout_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "template_command" in capsys.readouterr().err
