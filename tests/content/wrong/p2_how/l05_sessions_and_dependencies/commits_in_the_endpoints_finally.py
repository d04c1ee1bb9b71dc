# task 4: failed
# says: stock after POST /orders/table ann (409)
"""Turns a refusal into an answer, and commits what came before it."""

# in create_app

@app.post("/orders/{name}", status_code=201)
def order(
    name: str,
    shopper: Annotated[Shopper, Depends(get_shopper)],
    session: Annotated[Session, Depends(get_session)],
    tasks: BackgroundTasks,
) -> dict[str, int]:
    try:
        shopper.orders += 1
        buyer, orders = shopper.name, shopper.orders
        sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
        if (left := session.scalar(sell)) is None:
            raise HTTPException(404, f"The store has no {name}.")
        if left < 0:
            raise HTTPException(409, f"No {name} is left.")
        tasks.add_task(write_receipt, app.state.engine, buyer, name)
        return {"left": left, "orders": orders}
    finally:
        session.commit()
