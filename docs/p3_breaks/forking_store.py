"""The store that a server loads, once or in each worker. `QUERY_AT_IMPORT` makes the mistake: a query before the fork.

The lesson on forks and workers serves it by workers.py, and cures it by forking_cure.py.
"""

import os

from fastapi import FastAPI
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["POOLSCHOOL_DATABASE_URL"], pool_size=1, max_overflow=0)
engines = [engine]  # all that this process has
app = FastAPI()

if os.environ.get("QUERY_AT_IMPORT"):
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


@app.get("/baskets/{number}")
def basket(number: int) -> dict[str, int]:
    """Give a basket's number as the database says it, the worker that answers, and its session in the database."""
    with engine.connect() as connection:
        found, session = connection.execute(
            text("SELECT CAST(:number AS integer), pg_backend_pid()"), {"number": number}
        ).one()
    return {"basket": found, "worker": os.getpid(), "session": session}
