# task 2: failed
# says: 503 busy
"""A request that finds no connection tries once more, and is refused a second later."""

# in create_app


@app.middleware("http")
async def again(request: Request, call_next: Any) -> Any:
    answer = await call_next(request)
    return await call_next(request) if answer.status_code == 503 else answer


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
