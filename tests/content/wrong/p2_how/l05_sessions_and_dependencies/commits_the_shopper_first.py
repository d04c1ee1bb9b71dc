# task 4: failed
# says: orders after POST /orders/table ann (409)
"""Saves the shopper in a transaction of its own."""

# in create_app


@app.post("/orders/{name}", status_code=201)
def order(
    name: str,
    shopper: Annotated[Shopper, Depends(get_shopper)],
    session: Annotated[Session, Depends(get_session)],
    tasks: BackgroundTasks,
) -> dict[str, int]:
    shopper.orders += 1
    answer, buyer = {"orders": shopper.orders}, shopper.name
    session.commit()
    sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
    if (left := session.scalar(sell)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    if left < 0:
        raise HTTPException(409, f"No {name} is left.")
    session.commit()
    tasks.add_task(write_receipt, app.state.engine, buyer, name)
    return {"left": left, **answer}
