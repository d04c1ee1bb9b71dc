# task 2: failed
# says: Whoever pays has a connection, and needs none
"""Makes the pool larger, so that 15 who pay leave some for the others."""


def make_engine(database_url: str, **more: Any) -> Engine:
    return create_engine(database_url, pool_size=50, max_overflow=50, pool_timeout=1, pool_pre_ping=True, **more)


# in create_app


@app.post("/orders", status_code=201)
def place_order(name: str) -> dict[str, int]:
    with Session(engine) as session, session.begin():
        total = session.scalar(TAKE, {"name": name})
        if total is None:
            raise HTTPException(409, "Sold out.")
        number = session.scalar(PLACE, {"name": name, "total": total})
        pay(total)
        session.execute(PAID, {"number": number})
    return {"number": number, "total": total}
