# task 2: failed
# says: close() or the end of a `with` block returns it;
"""Never closes the connection of a search."""

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    connection = engine.connect()
    found = connection.execute(
        text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
        {"pattern": f"%{q}%"},
    )
    return list(found.scalars())
