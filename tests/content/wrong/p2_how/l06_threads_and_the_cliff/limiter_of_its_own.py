# task 1: failed
# says: A limiter of your own gives more threads than the 40
"""Runs the search in threads beyond the forty."""

from anyio import CapacityLimiter, to_thread

# in create_app
own = CapacityLimiter(1000)


def read(q: str) -> list[ProductOut]:
    with Session(engine) as session:
        found = session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name))
        return [ProductOut.model_validate(product, from_attributes=True) for product in found]


@app.get("/products", response_model=list[ProductOut])
async def search(q: str):
    return await to_thread.run_sync(read, q, limiter=own)
