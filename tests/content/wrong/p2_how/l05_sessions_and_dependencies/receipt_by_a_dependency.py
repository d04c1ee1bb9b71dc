# task 5: failed
# says: whose receipt fails
"""Lets the task call the dependency, which nobody ends."""

def write_receipt(sessions: Iterator[Session], shopper: str, product: str) -> None:
    session = next(sessions)
    values = {"shopper": shopper, "product": product}
    session.execute(text("INSERT INTO receipts VALUES (:shopper, :product)"), values)
    session.commit()
    session.scalar(text("SELECT count(*) FROM receipts"))

# in create_app

@app.post("/orders/{name}", status_code=201)
def order(
    name: str,
    shopper: Annotated[Shopper, Depends(get_shopper)],
    session: Annotated[Session, Depends(get_session)],
    tasks: BackgroundTasks,
    request: Request,
) -> dict[str, int]:
    shopper.orders += 1
    sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
    if (left := session.scalar(sell)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    if left < 0:
        raise HTTPException(409, f"No {name} is left.")
    answer, buyer = {"left": left, "orders": shopper.orders}, shopper.name
    session.commit()
    tasks.add_task(write_receipt, get_session(request), buyer, name)
    return answer
