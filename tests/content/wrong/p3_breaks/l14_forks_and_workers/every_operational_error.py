# task 5: failed
# says: can have many reasons
"""Takes every refusal for a full server."""


def what_is_full(error: Exception) -> str:
    if isinstance(error, PoolTimeout):
        return "pool"
    return "database" if isinstance(error, OperationalError) else ""
