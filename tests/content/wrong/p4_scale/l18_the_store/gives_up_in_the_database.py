# task 5: failed
# says: it is worth waiting for
"""The database ends the query after half a second: the loop is free again, and the shopper has an error."""

# in create_app


@app.get("/products/{name}/reviews")
async def reviews(name: str) -> list[str]:
    with Session(engine) as session:
        session.execute(text("SET LOCAL statement_timeout = 500"))
        return list(session.scalars(REVIEWS, {"name": name}))
