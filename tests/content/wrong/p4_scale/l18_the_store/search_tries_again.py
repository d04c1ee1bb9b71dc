# task 1: failed
# says: a try again on each page is forgotten on the next
"""Tries again after an error of the database, on the page that the complaint is about."""


def make_engine(database_url: str, **more: Any) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=10, pool_timeout=1, **more)


# in create_app


@app.get("/products", response_model=list[Product])
def search(q: str) -> Any:
    for attempt in range(2):
        try:
            with Session(engine) as session:
                return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()
        except exc.OperationalError:
            if attempt:
                raise
    return []
