# task 4: failed
# says: One Visit for each call, committed
"""Takes the second connection away, and the visit with it."""


# in create_app
@app.get("/report")
def report(session: Db) -> dict[str, int]:
    count = session.scalar(select(func.count(Product.id)))
    session.commit()
    return {"products": count}
