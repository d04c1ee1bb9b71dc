# task 2: failed
# says: Note it when the payment is made
"""Forgets to note that the order is paid: the commit is missing."""

# in create_app


@app.post("/orders", status_code=201)
def place_order(name: str) -> dict[str, int]:
    with Session(engine) as session, session.begin():
        total = session.scalar(TAKE, {"name": name})
        if total is None:
            raise HTTPException(409, "Sold out.")
        number = session.scalar(PLACE, {"name": name, "total": total})
    pay(total)
    with Session(engine) as session:
        session.execute(PAID, {"number": number})
    return {"number": number, "total": total}
