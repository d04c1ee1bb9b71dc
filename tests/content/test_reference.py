"""The reference pages say what the installed libraries say."""

import ast
import inspect
import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import Pool, QueuePool, create_engine, event
from sqlalchemy.engine.create import _pool_translate_kwargs

DOCS = Path(__file__).parents[2] / "docs"
OF_THE_POOL_ITSELF = {"self", "creator", "dialect", "kw", "_dispatch"}  # what create_engine passes on by itself


def settings() -> dict[str, str]:
    """List the settings of the page with the default that stands behind each."""
    page = (DOCS / "reference/settings.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(\w+)` \| (`[^`]+`|by address) \|", page, re.MULTILINE))


def test_every_setting_is_listed() -> None:
    """The page lists all keywords of create_engine that concern the pool, and no other."""
    parameters = {**inspect.signature(Pool).parameters, **inspect.signature(QueuePool).parameters}
    keywords = {_pool_translate_kwargs.get(name, name) for name in set(parameters) - OF_THE_POOL_ITSELF}
    assert set(settings()) == keywords | {"pool", "poolclass"}


def test_settings_defaults_are_those_of_the_library() -> None:
    """Every default in the table of settings is the default in SQLAlchemy's own signature."""
    listed = {name: ast.literal_eval(value.strip("`")) for name, value in settings().items() if value != "by address"}
    signature = {**inspect.signature(Pool).parameters, **inspect.signature(QueuePool).parameters}
    own_name = {keyword: name for name, keyword in _pool_translate_kwargs.items()}
    real = {name: signature[own_name.get(name, name)].default for name in listed if name != "pool"}
    real["pool_reset_on_return"] = {True: "rollback"}.get(real["pool_reset_on_return"], real["pool_reset_on_return"])
    assert listed == {**real, "pool": None}  # create_engine pops `pool` with this default


def test_a_pool_of_ones_own_takes_no_other_setting(tmp_path: Path) -> None:
    """`pool` brings its own settings; one of the others beside it is a TypeError."""
    source = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_size=2)
    engine = create_engine("sqlite://", pool=source.pool)
    assert engine.pool is source.pool
    with engine.connect() as connection:  # the pool connects as it did, whatever the address says
        assert connection.connection.dbapi_connection is not None
        assert (tmp_path / "store.db").exists()
    with pytest.raises(TypeError, match=r"Invalid argument.*'pool_size'"):
        create_engine("sqlite://", pool=source.pool, pool_size=5)
    source.dispose()


@pytest.mark.parametrize(("echo", "words"), [(None, False), (True, False), ("debug", True)])
def test_what_echo_pool_logs(tmp_path: Path, caplog: pytest.LogCaptureFixture, echo: object, words: bool) -> None:
    """`echo_pool` logs under the name of `pool_logging_name`: checkouts with "debug" only, invalidations with True as well."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", echo_pool=echo, pool_logging_name="store")
    with caplog.at_level(logging.NOTSET):
        connection = engine.connect()
        connection.invalidate()
        connection.close()
    logged = [record.getMessage() for record in caplog.records if record.name.endswith("QueuePool.store")]
    assert any("checked out" in line for line in logged) == words
    assert any("Invalidate connection" in line for line in logged) == bool(echo)
    engine.dispose()
    for name in list(logging.Logger.manager.loggerDict):
        if name.endswith("QueuePool.store"):
            logging.getLogger(name).handlers.clear()
            logging.getLogger(name).setLevel(logging.NOTSET)


def test_pool_events_are_listeners_from_the_beginning(tmp_path: Path) -> None:
    """`pool_events` takes pairs of listener and event, and hears the same as event.listen."""
    heard: list[str] = []
    pairs = [(lambda *_: heard.append("checkout"), "checkout")]
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_events=pairs)
    event.listen(engine, "checkout", lambda *_: heard.append("afterwards"))
    engine.connect().close()
    assert heard == ["checkout", "afterwards"]
    engine.dispose()


def test_glossary_links_lead_somewhere() -> None:
    """Every link into the glossary names a term that it has."""
    terms = set(re.findall(r"\{ #([\w-]+) \}", (DOCS / "reference/glossary.md").read_text(encoding="utf-8")))
    for page in DOCS.rglob("*.md"):
        wanted = set(re.findall(r"glossary\.md#([\w-]+)", page.read_text(encoding="utf-8")))
        assert wanted <= terms, page.name
