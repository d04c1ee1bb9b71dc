"""The payment service, which belongs to somebody else and is reached over the network: here it only takes its time."""

import asyncio
import time


def pay(cents: int, milliseconds: float) -> None:
    """Take the money."""
    assert cents >= 0  # noqa: S101 - a price comes from our own table
    time.sleep(milliseconds / 1000)


async def pay_async(cents: int, milliseconds: float) -> None:
    """Take the money, and let other requests go on meanwhile."""
    assert cents >= 0  # noqa: S101
    await asyncio.sleep(milliseconds / 1000)
