"""The error finder on its page: a pasted log is answered at once, with times, and nothing leaves the page."""

import re
import subprocess
import sys
from collections.abc import Callable

from playwright.sync_api import expect

LOG = """\
2026-11-27T19:02:03Z api-1 ERROR server closed the connection unexpectedly
2026-11-27T19:02:04Z api-1 ERROR server closed the connection unexpectedly
2026-11-27T19:07:09Z api-1 ERROR Can't reconnect until invalid transaction is rolled back.  Please rollback() fully before proceeding
"""


def test_a_pasted_log_is_answered_with_causes_and_times(open_page: Callable) -> None:
    """How often, first and last, as the terminal tells it; the first cause above what follows; the link leads to its page."""
    watched = open_page("reference/errors/", watched=True)
    box = watched.page.get_by_label("Paste an error")
    box.fill("\n".join(reversed(LOG.strip().splitlines())))
    found = watched.page.locator(".ps-errors-found li")
    expect(found).to_have_count(2)
    expect(found.nth(0)).to_contain_text("2 ×: first")
    expect(found.nth(1)).to_contain_text("It may only follow from: Server closed the connection unexpectedly")
    box.fill(LOG)
    expect(found.nth(0)).to_contain_text("2 ×: first 2026-11-27 19:02, last 2026-11-27 19:02.")
    expect(found.nth(1)).to_contain_text("1 ×: first 2026-11-27 19:07, last 2026-11-27 19:07.")
    program = "from poolschool.cli.app import main; main()"
    told = subprocess.run([sys.executable, "-c", program, "explain", "-"], input=LOG, capture_output=True, text=True, check=True)  # fmt: skip
    assert "2 ×: first 2026-11-27 19:02, last 2026-11-27 19:02" in told.stdout
    found.nth(0).get_by_role("link").click()
    expect(watched.page).to_have_url(re.compile("reference/errors/server_closed/$"))
    assert not watched.errors
    assert not watched.foreign


def test_a_text_without_times_has_none_and_others_texts_lead_nowhere(open_page: Callable) -> None:
    """No "first" where nobody knows it; a class alone is enough; what Java says is not about pools."""
    page = open_page("reference/errors/").page
    box, found = page.get_by_label("Paste an error"), page.locator(".ps-errors-found")
    box.fill("asyncpg.exceptions.CannotConnectNowError")
    expect(found).to_contain_text("The database system is starting up")
    expect(found).not_to_contain_text("first")
    box.fill(
        "java.sql.SQLException: Connection is closed\n\tat com.zaxxer.hikari.pool.ProxyConnection.close(P.java:502)"
    )
    expect(found).to_have_text("Nothing here is about pools.")
