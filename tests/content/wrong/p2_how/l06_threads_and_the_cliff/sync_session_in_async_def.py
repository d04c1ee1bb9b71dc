# task 1: failed
# says: on the event loop itself
"""Needs no thread, and stops everybody else."""


# in create_app
@app.get("/products", response_model=list[ProductOut])
async def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
