# task 5: failed
# says: functools.py is of Python's own library
"""Knows one module of Python's own library."""

LIBRARIES = {"sqlalchemy", "contextlib"}
