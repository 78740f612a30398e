"""A browser for a module of tests, a studio for each test."""

import pytest

from tests.studio.browser import chromium
from tests.studio.live import studio


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def live(tmp_path):
    with studio(tmp_path) as found:
        yield found
