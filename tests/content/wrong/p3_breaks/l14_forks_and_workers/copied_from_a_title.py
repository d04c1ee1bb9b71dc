# task 5: failed
# says: look for the words that are always the same
"""Takes the title of an error page for the server's text."""


def what_is_full(error: Exception) -> str:
    if isinstance(error, PoolTimeout):
        return "pool"
    texts = (
        "too many clients already",
        "remaining connection slots are reserved",
        "too many connections for role or database",
    )
    return "database" if any(text in str(getattr(error, "orig", "")) for text in texts) else ""
