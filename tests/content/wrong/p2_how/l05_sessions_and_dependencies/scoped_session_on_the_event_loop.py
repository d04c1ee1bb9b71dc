# task 3: failed
# says: both have the same session
"""Makes everything `async def`: all requests run on one thread and share its session."""

from sqlalchemy.orm import scoped_session, sessionmaker

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = make_engine(database_url)
    app.state.sessions = scoped_session(sessionmaker(app.state.engine))
    yield
    app.state.engine.dispose()


async def get_session(request: Request) -> AsyncIterator[Session]:
    sessions = request.app.state.sessions
    try:
        yield sessions()
    finally:
        sessions.remove()


async def get_shopper(shopper: Annotated[str, Header()], session: Annotated[Session, Depends(get_session)]) -> Shopper:
    if (known := session.get(Shopper, shopper)) is None:
        raise HTTPException(401, f"Who is {shopper}?")
    return known


@app.get("/products/{name}")
async def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    if (found := session.get(Product, name)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    answer = {"price": found.price, "stock": found.stock}
    session.close()
    return answer


@app.post("/orders/{name}", status_code=201)
async def order(
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
    tasks.add_task(write_receipt, app.state.engine, buyer, name)
    return answer
