# task 2: failed
# says: acquire
"""Uses the words of another library's pool."""

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    with engine.pool.acquire() as connection:
        found = connection.execute(
            text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
            {"pattern": f"%{q}%"},
        )
        return list(found.scalars())
