# task 4: failed
# says: hand the receipt to `tasks.add_task`
# passes in the page, which has no threads, no further than task 2: the timer cannot start
"""Writes the receipt a moment later, in a thread of its own."""

from threading import Timer

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
    answer, buyer = {"left": left, "orders": shopper.orders}, shopper.name
    session.commit()
    Timer(0.02, write_receipt, (app.state.engine, buyer, name)).start()
    return answer
