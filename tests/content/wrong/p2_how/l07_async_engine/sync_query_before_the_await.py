# task 1: failed
# says: A call without `await` keeps
"""Returns the connection before it awaits, and still queries in the event loop."""

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

# in create_app
sync_engine = create_engine(database_url.replace("+aiosqlite", ""), **LIMITS)


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    with Session(sync_engine) as session:
        product = session.get(Product, name)
    if product is None:
        raise HTTPException(404)
    return {"price": product.price, "reviews": await reviews(name)}
