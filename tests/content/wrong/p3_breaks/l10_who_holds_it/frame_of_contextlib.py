# task 1: failed
# says: begin() comes through contextlib
"""Skips SQLAlchemy and forgets Python's own library."""

LIBRARIES = {"sqlalchemy", __name__}
