# task 4: failed
# says: Each request holds one connection and waits for a second
"""Admits as many requests as there are connections, and each takes two."""

from anyio import Semaphore


# in create_app
async def admitted():
    async with limit:
        yield


limit = Semaphore(15)
Admitted = Annotated[None, Depends(admitted)]


def get_session(_: Admitted):
    with Session(engine) as session:
        yield session


@app.get("/report")
def report(session: Db) -> dict[str, int]:
    count = session.scalar(select(func.count(Product.id)))
    with Session(engine) as journal:
        journal.add(Visit())
        journal.commit()
    return {"products": count}
