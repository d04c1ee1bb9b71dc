# task 2: failed
# says: It is kept between requests, where two shoppers would talk over each other:
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
