# task 4: failed
# says: Some of SQLAlchemy's frames have no file
"""Judges frames by their path."""

import contextlib

import sqlalchemy

FOLDERS = (str(Path(sqlalchemy.__file__).parent), str(Path(contextlib.__file__).parent / "contextlib"))


def line_that_took_it() -> str:
    frame: Any = sys._getframe(2)
    while frame.f_code.co_filename.startswith(FOLDERS):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
