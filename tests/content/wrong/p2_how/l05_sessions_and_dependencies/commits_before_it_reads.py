# task 4: failed
# says: by a look at an object that commit() or rollback() has expired
"""Commits, and reads what the commit has expired."""

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
    session.commit()
    tasks.add_task(write_receipt, app.state.engine, shopper.name, name)
    return {"left": left, "orders": shopper.orders}
