# task 2: failed
# says: A pool lends what is idle
"""Warms up an engine with a pool, and then times a loan."""

# in take_apart

engine = create_engine(database_url)
