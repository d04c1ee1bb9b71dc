# task 1: failed
# says: at most 15: the database grants no more
"""Ends the transaction, and takes more connections than are granted."""

# in create_app
engine = create_engine(database_url, pool_size=40, max_overflow=0, pool_timeout=5)
