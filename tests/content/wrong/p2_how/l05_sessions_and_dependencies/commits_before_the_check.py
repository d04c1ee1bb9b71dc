# task 4: failed
# says: stock after POST /orders/table ann (409)
"""Commits as soon as something has changed, and looks then whether it may."""

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
    sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
    left = session.scalar(sell)
    session.commit()
    if left is None:
        raise HTTPException(404, f"The store has no {name}.")
    if left < 0:
        raise HTTPException(409, f"No {name} is left.")
    tasks.add_task(write_receipt, app.state.engine, buyer, name)
    return {"left": left, **answer}
