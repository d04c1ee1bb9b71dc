# task 2: failed
# says: let make_engine make it
"""Makes the engine of make_engine, and uses another."""

# in create_app
engine = create_engine(database_url, pool_size=5)
