"""A middleware opens the session, which ends when the answer is about to start, and commits what went well."""

# in create_app


@app.middleware("http")
async def open_session(request: Request, call_next):
    with Session(request.app.state.engine, expire_on_commit=False) as session:
        request.state.session = session
        response = await call_next(request)
        if response.status_code < 400:
            session.commit()
        return response


def get_session(request: Request) -> Session:
    return request.state.session


@app.get("/products/{name}")
def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    if (found := session.get(Product, name)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    return {"price": found.price, "stock": found.stock}


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
