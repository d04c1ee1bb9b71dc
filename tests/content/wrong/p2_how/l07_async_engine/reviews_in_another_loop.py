# task 1: failed
# says: asyncio.run() makes a new event loop
"""Makes the handler a plain def, and runs the reviews in an event loop of its own."""

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

# in create_app
sync_engine = create_engine(database_url.replace("+aiosqlite", ""), **LIMITS)


@app.get("/products/{name}")
def product_page(name: str) -> dict[str, int]:
    with Session(sync_engine) as session:
        product = session.get(Product, name)
        if product is None:
            raise HTTPException(404)
        return {"price": product.price, "reviews": asyncio.run(reviews(name))}
