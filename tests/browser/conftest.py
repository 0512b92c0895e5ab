"""One browser for the tests of each module; contexts keep what they do apart."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.driven import FLAGS


@pytest.fixture(scope="module")
def browser(chromium):
    """Return Debian's Chromium. Per module: while it runs, Django's database must not be asked in the same process."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()
