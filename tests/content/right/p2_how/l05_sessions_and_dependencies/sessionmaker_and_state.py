"""A sessionmaker that keeps objects alive, handed to requests as the lifespan's state; the commit stands where it saves."""

from sqlalchemy.orm import sessionmaker

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, object]]:
    engine = make_engine(database_url)
    try:
        yield {"engine": engine, "sessions": sessionmaker(engine, expire_on_commit=False)}
    finally:
        engine.dispose()


def get_session(request: Request) -> Iterator[Session]:
    with request.state.sessions() as session:
        yield session


@app.get("/products/{name}")
def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    if (found := session.get(Product, name)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    session.commit()
    return {"price": found.price, "stock": found.stock}


@app.post("/orders/{name}", status_code=201)
def order(
    name: str,
    request: Request,
    shopper: Annotated[Shopper, Depends(get_shopper)],
    session: Annotated[Session, Depends(get_session)],
    tasks: BackgroundTasks,
) -> dict[str, int]:
    shopper.orders += 1
    sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
    left = session.scalar(sell)
    if left is None or left < 0:
        session.rollback()
        raise HTTPException(404 if left is None else 409)
    session.commit()
    tasks.add_task(write_receipt, request.state.engine, shopper.name, name)
    return {"left": left, "orders": shopper.orders}
