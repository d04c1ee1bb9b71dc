# task 4: failed
# says: A query after a commit took a connection again
"""Uses one connection, and takes it again after it was returned."""


# in create_app
@app.get("/report")
def report(session: Db) -> dict[str, int]:
    session.add(Visit())
    session.commit()
    return {"products": session.scalar(select(func.count(Product.id)))}
