# task 2: failed
# says: The answer went out before the payment was made
"""Pays in a background task, so that the shopper does not wait."""

from fastapi import BackgroundTasks

# in create_app


@app.post("/orders", status_code=201)
def place_order(name: str, later: BackgroundTasks) -> dict[str, int]:
    with Session(engine) as session, session.begin():
        total = session.scalar(TAKE, {"name": name})
        if total is None:
            raise HTTPException(409, "Sold out.")
        number = session.scalar(PLACE, {"name": name, "total": total})

    def finish() -> None:
        pay(total)
        with Session(engine) as session, session.begin():
            session.execute(PAID, {"number": number})

    later.add_task(finish)
    return {"number": number, "total": total}
