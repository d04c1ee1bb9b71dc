# task 5: failed
# says: Dispose of each engine at the end
"""Runs pages in threads with a sync engine, and disposes of the async one only."""

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

# in create_app
sync_engine = create_engine(database_url.replace("+aiosqlite", ""), **LIMITS)


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    def find() -> Product | None:
        with Session(sync_engine) as session:
            return session.get(Product, name)

    product = await asyncio.to_thread(find)
    if product is None:
        raise HTTPException(404)
    return {"price": product.price, "reviews": await reviews(name)}
