"""Five programs of the store, each with a need of its own, and the one place where their engines are made.

Write the settings of each program, then make every engine only once.
Grade yourself with `pytest exercises -k engine_and_pool`.
"""

from typing import Any

from sqlalchemy import Engine, create_engine

# What each program hands to create_engine. All of them are on SQLAlchemy's defaults so far.
SETTINGS: dict[str, dict[str, Any]] = {
    # TODO 1: the web shop keeps 10 connections, never has more than 15 open, and gives up waiting after 2 seconds.
    "web": {},
    # TODO 2: the nightly job goes through a pooler, which keeps connections already. Its own engine keeps none.
    "nightly": {},
    # TODO 3: the reports tool was promised 4 connections. It keeps all four and never opens a fifth.
    "reports": {},
    # TODO 4: a firewall silently drops the warehouse's connections when they were idle for 5 minutes.
    #         Reuse them, but none that is older than 4 minutes, and find out at each checkout whether it still answers.
    "warehouse": {},
    # TODO 5: the sale keeps 8 and never opens a ninth. In quiet hours its database closes what stays idle:
    #         let the others rest by reusing what was returned last, and keep closed ones away from the shoppers.
    "sale": {},
}


def engine_for(program: str, database_url: str) -> Engine:
    """Return the engine of one program on one database, made at the first call and the same one ever after."""
    # TODO 6: every call makes an engine, and with it an empty pool. Two addresses that differ anywhere are two databases.
    return create_engine(database_url, **SETTINGS[program])
