from __future__ import annotations

from pathlib import Path

import pytest

from config.campaign import Campaign
from config.load import load_campaign

CAMPAIGN = Path(__file__).parents[3] / "config/campaigns/pingdingshan-2019"


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    return load_campaign(CAMPAIGN)
