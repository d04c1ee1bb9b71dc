# task 3: failed
# says: A query after a commit took a connection again
"""Fixes the dependency and not the endpoint."""


# in create_app
@app.get("/orders", response_model=list[OrderOut])
def orders(token: Annotated[str, Depends(current_shopper)], session: Db):
    return session.scalars(select(Order).where(Order.token == token).order_by(Order.id)).all()
