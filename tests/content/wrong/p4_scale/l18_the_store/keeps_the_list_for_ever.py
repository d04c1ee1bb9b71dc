# task 6: failed
# says: What is kept for ever is wrong from the first change on
"""Reads the products once, so that a search needs no connection."""

# in create_app
kept: list[dict[str, Any]] = []


@app.get("/products", response_model=list[Product])
def search(q: str) -> Any:
    if not kept:
        with Session(engine) as session:
            rows = session.execute(text("SELECT name, price FROM products ORDER BY name"))
            kept.extend(dict(row) for row in rows.mappings())
    return [product for product in kept if product["name"].startswith(q)][:10]
