"""The `poolschool` command: one line per command; the rooms do the work."""

from poolschool.cli.app import main

__all__ = ["main"]
