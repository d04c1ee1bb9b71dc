"""A sync engine in plain `def` handlers and in threads, and nothing async but the waiting."""

from anyio import from_thread
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

# in create_app
engine = create_engine(database_url.replace("+aiosqlite", ""), **LIMITS)
open_session = sessionmaker(engine)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    engine.dispose()


@app.get("/products/{name}")
def product_page(name: str) -> dict[str, int]:
    with open_session() as session:
        product = session.get(Product, name)
        if product is None:
            raise HTTPException(404)
        return {"price": product.price, "reviews": from_thread.run(reviews, name)}


@app.get("/overview")
def overview() -> dict[str, int]:
    with open_session() as session:
        products = session.scalar(select(func.count()).select_from(Product))
        pieces = session.scalar(select(func.sum(Product.stock)))
        orders = session.scalar(select(func.count()).select_from(Order))
    return {"products": products, "pieces": pieces, "orders": orders}


@app.get("/orders/{number}")
def read_order(number: int) -> dict[str, object]:
    with open_session() as session:
        order = session.get(Order, number)
        if order is None:
            raise HTTPException(404)
        return {"shopper": order.shopper, "products": [line.product for line in order.lines]}


@app.post("/orders", status_code=201)
def place_order(shopper: str, product: str) -> dict[str, object]:
    with open_session() as session:
        order = Order(shopper=shopper, lines=[Line(product=product)])
        session.add(order)
        session.commit()
        return {"number": order.number, "shopper": order.shopper}


def names_with(q: str) -> list[str]:
    with open_session() as session:
        return list(session.scalars(select(Product.name).where(Product.name.contains(q)).order_by(Product.name)))


@app.get("/search")
async def search(q: str) -> list[str]:
    try:
        return await asyncio.wait_for(asyncio.to_thread(names_with, q), PATIENCE)
    except TimeoutError:
        raise HTTPException(504) from None
