# task 4: failed
# says: Line and endpoint, with one space between
"""Leaves the endpoint out of the news."""

# in Checkout


def __str__(self) -> str:
    return self.line
