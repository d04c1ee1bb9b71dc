# task 1: failed
# says: Two requests share a connection
"""Gives all threads the same connection, so that there is no pool to wait for."""

from sqlalchemy import StaticPool


# in create_app
engine = create_engine(database_url, poolclass=StaticPool, connect_args={"check_same_thread": False})
