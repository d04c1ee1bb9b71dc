# task 2: failed
# says: Commit the order first, then ask for the money
"""Pays before the order is written down, so that nothing is held."""

# in create_app


@app.post("/orders", status_code=201)
def place_order(name: str) -> dict[str, int]:
    with Session(engine) as session:
        total = session.scalar(text("SELECT price FROM products WHERE name = :name AND stock > 0"), {"name": name})
    if total is None:
        raise HTTPException(409, "Sold out.")
    pay(total)
    with Session(engine) as session, session.begin():
        session.scalar(TAKE, {"name": name})
        number = session.scalar(PLACE, {"name": name, "total": total})
        session.execute(PAID, {"number": number})
    return {"number": number, "total": total}
