# task 5: failed
# says: The words stand in the statement
"""Looks for the words in all that the error says, the statement too."""


def what_is_full(error: Exception) -> str:
    if isinstance(error, PoolTimeout):
        return "pool"
    return "database" if any(refusal in str(error) for refusal in REFUSALS) else ""
