"""Looks whether the order is there before it is placed again; a loop with an else."""


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    values = {"key": key, "p": product, "n": pieces}
    for last in (False, True):
        try:
            with engine.begin() as connection:
                there = connection.scalar(text("SELECT count(*) FROM orders WHERE key = :key"), values)
                if not there:
                    connection.execute(text("INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n)"), values)
                    connection.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)
            return
        except DBAPIError as error:
            if last or not error.connection_invalidated:
                raise


# in Worker


def run(self, job: Callable[[Session], T]) -> T:
    try:
        result = job(self.session)
        self.session.commit()
    except Exception:
        self.session.close()
        raise
    return result
