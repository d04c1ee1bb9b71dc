"""Has no session dependency at all: each endpoint opens a block, and asks a plain function for the shopper."""

from sqlalchemy import text as sql

# in create_app


def get_session() -> None: ...


def get_shopper(session: Session, name: str) -> Shopper:
    if (known := session.get(Shopper, name)) is None:
        raise HTTPException(401, f"Who is {name}?")
    return known


@app.get("/products/{name}")
def show(name: str) -> dict[str, int]:
    with Session(app.state.engine) as session:
        found = session.get(Product, name)
    if found is None:
        raise HTTPException(404, f"The store has no {name}.")
    return {"price": found.price, "stock": found.stock}


@app.post("/orders/{name}", status_code=201)
def order(name: str, shopper: Annotated[str, Header()], tasks: BackgroundTasks) -> dict[str, int]:
    with Session(app.state.engine) as session, session.begin():
        known = get_shopper(session, shopper)
        known.orders += 1
        sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
        if (left := session.scalar(sell)) is None:
            raise HTTPException(404, f"The store has no {name}.")
        if left < 0:
            raise HTTPException(409, f"No {name} is left.")
        answer = {"left": left, "orders": known.orders}
    tasks.add_task(write_receipt, app.state.engine, shopper, name)
    return answer
