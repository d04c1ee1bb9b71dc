# task 5: failed
# says: This text is SQLAlchemy's
"""Takes both for the database."""


def what_is_full(error: Exception) -> str:
    return "database"
