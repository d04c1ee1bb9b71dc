# task 3: failed
# says: GET /products?q=unicorn (there is none: [])
"""Closes after a search that finds something, and returns early from one that finds nothing."""

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    connection = engine.connect()
    sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
    if not (names := list(connection.execute(sql, {"pattern": f"%{q}%"}).scalars())):
        return []
    connection.close()
    return names
