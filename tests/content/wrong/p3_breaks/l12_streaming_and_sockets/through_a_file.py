# task 1: failed
# says: in memory or in a file
"""Writes all orders to a file, for each client, before the first piece."""

from tempfile import TemporaryFile


def order_pieces(engine: Engine) -> Iterator[str]:
    with TemporaryFile("w+") as file:
        with Session(engine) as session:
            every = session.execute(ORDERS, {"last": 0, "newest": 10**9, "size": -1})
            for orders in every.partitions(BATCH):
                file.write(as_lines(orders))
        file.seek(0)
        while piece := file.read(10_000):
            yield piece
