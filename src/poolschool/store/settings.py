"""What the store is told from outside: `STORE_POOL_SIZE=10` and the like."""

import os
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PREFIX = "STORE_"


class Settings(BaseModel):
    """The store's settings; each is an environment variable with `STORE_` in front, in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str
    flavour: Literal["sync", "async"] = "sync"
    pooled: bool = True  # false: a connection for every request
    pool_size: int = Field(5, ge=1)  # kept open
    max_overflow: int = Field(10, ge=0)  # opened on top of these, closed when they are returned
    pool_timeout: float = Field(
        3.0, gt=0
    )  # seconds that a request waits for a connection; then it is answered with 503
    pool_pre_ping: bool = False
    prepared_statements: bool = True  # false behind a PgBouncer that does not know them (below 1.22)
    query_ms: float = Field(default=0.0, ge=0)  # how much longer each transaction takes in the database, for load tests
    payment_ms: float = Field(default=0.0, ge=0)  # how long the payment service takes
    fault: str = ""  # the name of a sown fault

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; exit with a line for each that is wrong."""
        given = {
            name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)
        }
        try:
            return cls.model_validate(given)
        except ValidationError as wrong:
            raise SystemExit("\n".join(_line(fault["loc"][0], fault["msg"]) for fault in wrong.errors())) from None


def _line(name: int | str, wrong: str) -> str:
    if name not in Settings.model_fields:
        return f"{PREFIX}{str(name).upper()}: there is no such setting."
    return f"{PREFIX}{str(name).upper()}: {wrong}."
