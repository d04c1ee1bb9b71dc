"""The answer key of the generated questions of `who_holds_it`, executed: every version."""

import contextlib
import io

from sqlalchemy import create_engine, event


def test_left_in_use(versions):
    """The program prints what the key says."""
    for given, question in versions:
        printed = io.StringIO()
        names = {}
        with contextlib.redirect_stdout(printed):
            exec(given["program"], names)  # noqa: S102 - our own text
        for connection in names["taken"].values():
            connection.close()
        names["engine"].dispose()
        assert printed.getvalue().strip() == question.prints.strip()


def test_messages(versions):
    """A detector with a clock of its own, on a real pool, writes so many messages."""
    engine = create_engine("sqlite:///store.db", pool_size=0)
    now, since, reported, log = 0, {}, set(), []
    event.listen(engine, "checkout", lambda _, record, __: since.update({record: now}))

    @event.listens_for(engine, "checkin")
    def strike_out(_, record):
        since.pop(record)
        if record in reported:
            reported.discard(record)
            log.append("returned")

    for given, question in versions:
        now = 0
        short, slow, leaked = ([engine.connect() for _ in range(given[kind])] for kind in ("short", "slow", "leaked"))
        ends = {given["patience"] - 3: short, given["patience"] * 3: slow}
        for now in range(1, given["patience"] * 3 + 2):
            for connection in ends.get(now, ()):
                connection.close()
            late = {record for record, at in since.items() if now - at > given["patience"]} - reported
            reported |= late
            log += ["late"] * len(late)
        assert len(log) == question.value
        for connection in leaked:
            connection.close()
        log.clear()
    engine.dispose()
