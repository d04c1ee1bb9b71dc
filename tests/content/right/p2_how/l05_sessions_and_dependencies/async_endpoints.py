"""Everything `async def`, with a sync session that is never held across an await."""

# in create_app


async def get_session(request: Request) -> AsyncIterator[Session]:
    with Session(request.app.state.engine) as session:
        yield session


async def get_shopper(shopper: Annotated[str, Header()], session: Annotated[Session, Depends(get_session)]) -> Shopper:
    if (known := session.get(Shopper, shopper)) is None:
        raise HTTPException(401, f"Who is {shopper}?")
    return known


@app.get("/products/{name}")
async def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    found = session.get(Product, name)
    answer = found and {"price": found.price, "stock": found.stock}
    session.rollback()
    if answer is None:
        raise HTTPException(404, f"The store has no {name}.")
    return answer


@app.post("/orders/{name}", status_code=201)
async def order(
    name: str,
    shopper: Annotated[Shopper, Depends(get_shopper)],
    session: Annotated[Session, Depends(get_session)],
    tasks: BackgroundTasks,
) -> dict[str, int]:
    with session:
        shopper.orders += 1
        sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
        if (left := session.scalar(sell)) is None:
            raise HTTPException(404, f"The store has no {name}.")
        if left < 0:
            raise HTTPException(409, f"No {name} is left.")
        answer, buyer = {"left": left, "orders": shopper.orders}, shopper.name
        session.commit()
    tasks.add_task(write_receipt, app.state.engine, buyer, name)
    return answer
