# task 2: failed
# says: In alphabetical order:
"""Leaves the order to the database."""

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    sql = text("SELECT name FROM products WHERE name LIKE :pattern")
    with engine.connect() as connection:
        return list(connection.scalars(sql, {"pattern": f"%{q}%"}))
