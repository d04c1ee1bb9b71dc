# task 2: failed
# says: what is sold out is not paid
"""Looks at the stock when the payment is made."""

# in create_app


@app.post("/orders", status_code=201)
def place_order(name: str) -> dict[str, int]:
    with Session(engine) as session, session.begin():
        total = session.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
        number = session.scalar(PLACE, {"name": name, "total": total})
    pay(total)
    with Session(engine) as session, session.begin():
        if session.scalar(TAKE, {"name": name}) is None:
            raise HTTPException(409, "Sold out.")
        session.execute(PAID, {"number": number})
    return {"number": number, "total": total}
