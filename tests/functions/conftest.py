"""Every test here gets a hub of its own, deployed from the template on moto."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.support.hub import Hub, deployed_hub


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with mock_aws(), deployed_hub(monkeypatch) as deployed:
        yield deployed
