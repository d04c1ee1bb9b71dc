# task 2: failed
# says: 503 busy
"""A request that finds no connection tries once more, and is refused a second later."""

# in create_app


@app.get("/products", response_model=list[Product])
def search(q: str) -> Any:
    for _ in range(2):
        try:
            with Session(engine) as session:
                return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()
        except exc.TimeoutError as problem:
            error = problem
    raise error


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
