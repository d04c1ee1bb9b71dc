# task 2: failed
# says: close() or the end of a `with` block returns it;
"""Detaches the connection so that nobody else gets it."""


# in create_app
@app.get("/products")
def search(q: str) -> list[str]:
    connection = engine.connect()
    connection.detach()
    sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
    return list(connection.execute(sql, {"pattern": f"%{q}%"}).scalars())
