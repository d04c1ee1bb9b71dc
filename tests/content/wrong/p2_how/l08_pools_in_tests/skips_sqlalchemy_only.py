# task 4: failed
# says: That line belongs to a library
"""Skips SQLAlchemy's frames and not contextlib's."""

LIBRARIES = {"sqlalchemy"}
