# task 1: failed
# says: functools.py is of Python's own library
"""Skips the one module of Python's library that it has met."""

LIBRARIES = {"sqlalchemy", __name__, "contextlib"}
