# task 2: failed
# says: no reason to let the others queue
"""A lock around the payment, so that only one of them holds a connection."""

from threading import Lock

# in create_app
till = Lock()


@app.post("/orders", status_code=201)
def place_order(name: str) -> dict[str, int]:
    with till, Session(engine) as session, session.begin():
        total = session.scalar(TAKE, {"name": name})
        if total is None:
            raise HTTPException(409, "Sold out.")
        number = session.scalar(PLACE, {"name": name, "total": total})
        pay(total)
        session.execute(PAID, {"number": number})
    return {"number": number, "total": total}
