"""The hour of the last lesson: page and figure show what was measured, and the program plays it on any store."""

import json
import re
from collections import Counter
from pathlib import Path

import httpx
import incident
import pytest
from sqlalchemy import NullPool, create_engine, text

from poolschool.database.running import running_url
from poolschool.site.figures import hour

ROOT = Path(__file__).parents[2]
SEEN = json.loads((incident.HERE / "incident.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/p4_scale/l18_the_store.md").read_text(encoding="utf-8")
HURT = ("slow", "busy", "failed", "gave_up")


def test_the_page_shows_every_minute_that_hurt() -> None:
    """The table's rows are the file's minutes, and those left out had twenty quick answers or more and nothing else."""
    hurt = [number for number, minute in enumerate(SEEN["minutes"]) if any(minute[kind] for kind in HURT)]
    shown = re.findall(r"^14:\d\d  .*$", PAGE.partition(f"{incident.HEAD}\n")[2], re.MULTILINE)
    assert shown == [incident.row(number, SEEN["minutes"][number]) for number in hurt]
    assert len(SEEN["minutes"]) == incident.MINUTES
    assert all(SEEN["minutes"][number]["quick"] >= 20 for number in set(range(60)) - set(hurt))


def test_the_page_tells_what_happened_and_who_complained() -> None:
    """Events, complaints and the log are the file's, and the file's events are the program's."""
    assert SEEN["events"] == [list(event) for event in incident.EVENTS.values()]
    for start, _, what in SEEN["events"]:
        assert f"| 14:{start:02} | {what} |" in PAGE
    assert len(SEEN["complaints"]) == 6
    for each in SEEN["complaints"]:
        row = f"| 14:{each['minute']:02} | `{each['request']}` | {each['status']} after {each['seconds']} s | “{each['said']}” |"
        assert row in PAGE
    assert len(SEEN["log"]) == 1
    assert " ".join(SEEN["log"]) in re.sub(r"\s+", " ", PAGE)


def test_the_figure_has_the_measured_minutes() -> None:
    """Quick, hurt, in use and pending of each minute are the file's, and the complaints stand at their minutes."""
    script = (ROOT / "docs/assets/pool/hour.js").read_text(encoding="utf-8")
    drawn = re.search(r'HOUR = "([^"]+)"', script)
    assert drawn
    assert drawn[1].split() == [
        f"{minute['quick']},{sum(minute[kind] for kind in HURT)},{minute['used']},{minute['pending']}"
        for minute in SEEN["minutes"]
    ]
    for words, each in zip(hour.COMPLAINTS.values(), SEEN["complaints"], strict=True):
        assert words.startswith(f"14:{each['minute']:02} ")


def test_wishes_are_as_told() -> None:
    """Of twenty shoppers nine search, four look at a product, five order, one reads reviews and one asks whether we are open."""
    wishes = Counter(re.split(r"[?=\d]", incident.wish(number))[0] for number in range(20))
    assert wishes["GET /products"] == 9
    assert wishes["POST /orders"] == 5
    assert wishes["GET /open"] == 1
    assert sum(count for wish, count in wishes.items() if wish.startswith("GET /products/")) == 5


@pytest.mark.parametrize(("tree", "failed"), [("exercises", True), ("solutions", False)])
def test_a_short_hour_is_played(tree: str, failed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three minutes with a restart of the database: a shopper of the faulty store sees an error, and none of the fixed one does.

    Unless somebody is in the middle of a query just then, which no ping can help, or nobody comes: so each has three tries.
    """
    monkeypatch.setattr(incident, "MINUTES", 3)
    monkeypatch.setattr(incident, "EVENTS", {"restart": (1, 2, "the database was restarted")})
    store = ROOT / tree / "p4_scale/l18_the_store.py"
    for _ in range(3):
        seen = incident.told(incident.play(store))
        errors = sum(minute["failed"] for minute in seen["minutes"])
        if bool(errors) == bool(seen["log"]) == failed:  # whoever has given up meanwhile sees none
            break
    told = sum(sum(minute[kind] for kind in ("quick", *HURT)) for minute in seen["minutes"])
    assert 2 * incident.RATE < told <= 3 * incident.RATE  # on a busy machine the last come after the end
    assert (bool(errors), bool(seen["log"])) == (failed, failed)


def test_a_refused_payment_gives_the_piece_back() -> None:
    """In the worked solution the order of a payment that fails stays unpaid, its piece can be bought, and the shopper sees the error."""

    def refuse(_: int) -> None:
        raise RuntimeError("The card was refused.")

    admin = create_engine(running_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    hour = incident.Hour(incident.load(ROOT / "solutions/p4_scale/l18_the_store.py"), admin)
    hour.pay = refuse  # type: ignore[method-assign]
    stock = text(f"SELECT stock FROM {incident.SCHEMA}.products WHERE name = 'chair 00001'")  # noqa: S608
    paid = text(f"SELECT array_agg(paid) FROM {incident.SCHEMA}.orders")  # noqa: S608
    with admin.connect() as beside:
        for statement in incident.TABLES:
            beside.execute(text(statement))
        try:
            before = beside.scalar(stock)
            with hour.serving() as port:
                assert httpx.post(f"http://127.0.0.1:{port}/orders", params={"name": "chair 00001"}).status_code == 500
            assert beside.scalar(stock) == before
            assert beside.scalar(paid) == [False]
        finally:
            beside.execute(text(f"DROP SCHEMA {incident.SCHEMA} CASCADE"))
    assert ["The card was refused." in line for _, line in hour.log] == [True]
