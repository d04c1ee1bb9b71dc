# task 2: failed
# says: Nothing was opened:
"""Warms up an engine with a pool, and then times a checkout."""

# in take_apart

engine = create_engine(database_url)
