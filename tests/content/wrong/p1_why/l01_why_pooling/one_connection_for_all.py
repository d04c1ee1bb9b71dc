# task 2: failed
# says: A connection kept for everybody is not pooled:
"""Opens one connection at the start and lets everybody use it."""

# in create_app

connection = engine.connect()


@app.get("/products")
def search(q: str) -> list[str]:
    found = connection.execute(
        text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
        {"pattern": f"%{q}%"},
    )
    return list(found.scalars())
