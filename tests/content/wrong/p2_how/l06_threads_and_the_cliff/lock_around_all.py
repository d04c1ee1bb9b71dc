# task 1: failed
# says: A thread waits for something of your own
"""Lets one search in at a time; all others wait in threads."""

from threading import Lock

# in create_app
one = Lock()


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    with one:
        found = session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name))
        answer = [ProductOut.model_validate(product, from_attributes=True) for product in found]
        session.commit()
    return answer
