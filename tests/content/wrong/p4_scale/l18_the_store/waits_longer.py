# task 2: failed
# says: no answer after 6 s
"""Shoppers wait for half a minute until the payments are made."""


def make_engine(database_url: str, **more: Any) -> Engine:
    options = {"pool_size": 5, "max_overflow": 10, "pool_timeout": 30, "pool_pre_ping": True}
    return create_engine(database_url, **options, **more)


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
