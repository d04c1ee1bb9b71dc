# task 2: failed
# says: dispose() closes what the pool keeps, so that the next request has to open one.
"""Disposes of the engine after each search."""

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    try:
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
                {"pattern": f"%{q}%"},
            )
            return list(found.scalars())
    finally:
        engine.dispose()
