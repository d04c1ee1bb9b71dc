# task 2: failed
# says: Answers were remembered
"""Remembers what a search answered."""

from functools import lru_cache

# in create_app


@lru_cache
def find(q: str) -> list[str]:
    sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
    with engine.connect() as connection:
        return list(connection.scalars(sql, {"pattern": f"%{q}%"}))


@app.get("/products")
def search(q: str) -> list[str]:
    return find(q)
