# task 1: failed
# says: A thread waits for something of your own
"""Lets fifteen in, and lets the others wait in threads."""

from threading import Semaphore

# in create_app
admitted = Semaphore(15)


def get_session():
    with admitted, Session(engine) as session:
        yield session


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
