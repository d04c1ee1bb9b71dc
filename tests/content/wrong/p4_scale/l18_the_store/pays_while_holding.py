# task 2: failed
# says: Whoever pays has a connection, and needs none
"""Fault 2 is left: the payment is part of the transaction."""

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
