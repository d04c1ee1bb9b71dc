# task 2: failed
# says: `%` on both sides of it
"""Finds names that end with the word."""

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
    with engine.connect() as connection:
        return list(connection.scalars(sql, {"pattern": f"%{q}"}))
