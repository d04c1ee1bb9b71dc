# task 5: failed
# says: that of sqlalchemy.exc, not Python's
"""Waits for Python's own TimeoutError."""


def what_is_full(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "pool"
    if isinstance(error, OperationalError) and any(refusal in str(error.orig) for refusal in REFUSALS):
        return "database"
    return ""
