"""Closes after every `Exception`, which is what is asked for; and tells of a commit that the database refuses."""

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    session = Session(request.app.state.engine)
    try:
        yield session
    except Exception:
        session.close()
        raise
    session.close()


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
    try:
        session.commit()
    except Exception as error:
        session.rollback()
        raise HTTPException(503, "Try again.") from error
    tasks.add_task(write_receipt, app.state.engine, buyer, name)
    return answer
