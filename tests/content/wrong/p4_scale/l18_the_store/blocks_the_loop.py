# task 5: failed
# says: the event loop itself waits
"""Fault 5 is left: an `async def` endpoint asks with a driver that blocks."""

# in create_app


@app.get("/products/{name}/reviews")
async def reviews(name: str) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(REVIEWS, {"name": name}))
