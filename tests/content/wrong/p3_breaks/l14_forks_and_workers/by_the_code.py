# task 5: failed
# says: The server refuses
"""Looks for a code that psycopg does not have while connecting."""


def what_is_full(error: Exception) -> str:
    if isinstance(error, PoolTimeout):
        return "pool"
    return "database" if getattr(getattr(error, "orig", None), "sqlstate", None) == "53300" else ""
