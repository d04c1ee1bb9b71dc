"""Ends before the answer where FastAPI can (0.121), and commits in the end; closes in the endpoint where it cannot."""

from inspect import signature

SCOPE = {"scope": "function"} if "scope" in signature(Depends).parameters else {}

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine, expire_on_commit=False) as session:
        yield session
        session.commit()


def get_shopper(
    shopper: Annotated[str, Header()], session: Annotated[Session, Depends(get_session, **SCOPE)]
) -> Shopper:
    if (known := session.get(Shopper, shopper)) is None:
        raise HTTPException(401, f"Who is {shopper}?")
    return known


@app.get("/products/{name}")
def show(name: str, session: Annotated[Session, Depends(get_session, **SCOPE)]) -> dict[str, int]:
    if (found := session.get(Product, name)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    if not SCOPE:
        session.commit()
    return {"price": found.price, "stock": found.stock}


@app.post("/orders/{name}", status_code=201)
def order(
    name: str,
    shopper: Annotated[Shopper, Depends(get_shopper)],
    session: Annotated[Session, Depends(get_session, **SCOPE)],
    tasks: BackgroundTasks,
) -> dict[str, int]:
    shopper.orders += 1
    sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
    if (left := session.scalar(sell)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    if left < 0:
        raise HTTPException(409, f"No {name} is left.")
    if not SCOPE:
        session.commit()
    tasks.add_task(write_receipt, app.state.engine, shopper.name, name)
    return {"left": left, "orders": shopper.orders}
