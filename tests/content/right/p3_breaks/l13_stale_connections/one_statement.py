"""One statement for both tables; a connection that is closed and taken anew."""


def make_engine(database_url: str) -> Engine:
    return create_engine(
        database_url, pool_size=5, max_overflow=0, pool_pre_ping=True, pool_recycle=59, pool_use_lifo=True
    )


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    both = """
        WITH noted AS (
            INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n) ON CONFLICT (key) DO NOTHING RETURNING product
        )
        UPDATE stock SET pieces = pieces - :n WHERE product IN (SELECT product FROM noted)
    """

    def place() -> None:
        with engine.begin() as connection:
            connection.execute(text(both), {"key": key, "p": product, "n": pieces})

    once_more(place)


# in Worker


def run(self, job: Callable[[Session], T]) -> T:
    try:
        with self.session.begin():
            return job(self.session)
    finally:
        self.session.close()
