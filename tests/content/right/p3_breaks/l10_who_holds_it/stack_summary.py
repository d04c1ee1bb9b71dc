"""Python's traceback module instead of frames, and lists instead of a dict."""

import os
import traceback

import sqlalchemy

# "<": what SQLAlchemy generates has no file, and its name differs between 2.0 and 2.1.
NOT_OURS = (str(Path(sqlalchemy.__file__).parent), str(Path(os.__file__).parent), __file__, "<")


def calling_line() -> str:
    running, frames = getcurrent(), []
    frames += reversed(traceback.extract_stack())
    while running.parent:
        running = running.parent
        frames += reversed(traceback.extract_stack(running.gr_frame)) if running.gr_frame else []
    borrower = next(
        frame for frame in frames if not frame.filename.startswith(NOT_OURS) or "site-packages/shop" in frame.filename
    )
    return f"{Path(borrower.filename).name}:{borrower.lineno}"
