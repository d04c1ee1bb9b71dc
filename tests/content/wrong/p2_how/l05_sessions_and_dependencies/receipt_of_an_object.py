# task 5: failed
# says: also for a look at one of its objects
"""Gives the task the shopper itself: expired, it loads its name through the request's session."""


def write_receipt(engine: Engine, shopper: Shopper, product: str) -> None:
    with Session(engine) as session:
        values = {"shopper": shopper.name, "product": product}
        session.execute(text("INSERT INTO receipts VALUES (:shopper, :product)"), values)
        session.commit()


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
    answer = {"left": left, "orders": shopper.orders}
    session.commit()
    tasks.add_task(write_receipt, app.state.engine, shopper, name)
    return answer
