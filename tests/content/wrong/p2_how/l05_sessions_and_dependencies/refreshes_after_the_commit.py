# task 4: failed
# says: POST /orders/chair ann: when its answer starts
"""Refreshes after the commit, as tutorials do: a query, and a connection."""

# in create_app


@app.post("/orders/{name}", status_code=201)
def order(
    name: str,
    shopper: Annotated[Shopper, Depends(get_shopper)],
    session: Annotated[Session, Depends(get_session)],
    tasks: BackgroundTasks,
) -> dict[str, int]:
    shopper.orders += 1
    sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
    if (left := session.scalar(sell)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    if left < 0:
        raise HTTPException(409, f"No {name} is left.")
    buyer = shopper.name
    session.commit()
    session.refresh(shopper)
    tasks.add_task(write_receipt, app.state.engine, buyer, name)
    return {"left": left, "orders": shopper.orders}
