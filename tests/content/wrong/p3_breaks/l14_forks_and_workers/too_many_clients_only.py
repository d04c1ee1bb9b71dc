# task 5: failed
# says: The server refuses
"""Knows one of the texts."""


def what_is_full(error: Exception) -> str:
    if isinstance(error, PoolTimeout):
        return "pool"
    return "database" if "too many clients" in str(error) else ""
