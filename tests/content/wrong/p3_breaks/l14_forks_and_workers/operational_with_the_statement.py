# task 5: failed
# says: [SQL: SELECT 'sorry, too many clients already'
"""Looks for the words in the whole text of an OperationalError, which holds the statement too."""


def what_is_full(error: Exception) -> str:
    if isinstance(error, PoolTimeout):
        return "pool"
    if isinstance(error, OperationalError) and any(refusal in str(error) for refusal in REFUSALS):
        return "database"
    return ""
