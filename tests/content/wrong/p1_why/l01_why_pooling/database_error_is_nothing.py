# task 3: failed
# says: [] says that nothing matches
"""Answers an empty list when the database fails."""

from sqlalchemy.exc import SQLAlchemyError

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
    try:
        with engine.connect() as connection:
            return list(connection.scalars(sql, {"pattern": f"%{q}%"}))
    except SQLAlchemyError:
        return []
