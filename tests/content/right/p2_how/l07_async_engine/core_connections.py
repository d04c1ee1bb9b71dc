"""Core connections in place of sessions, three at once for the overview, and wait_for() around a shield."""

from sqlalchemy import insert

# in create_app


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    async with engine.connect() as connection:
        price = await connection.scalar(select(Product.price).where(Product.name == name))
        if price is None:
            raise HTTPException(404)
        return {"price": price, "reviews": await reviews(name)}


async def scalar(query):
    async with engine.connect() as connection:
        return await connection.scalar(query)


@app.get("/overview")
async def overview() -> dict[str, int]:
    products, pieces, orders = await asyncio.gather(
        scalar(select(func.count()).select_from(Product)),
        scalar(select(func.sum(Product.stock))),
        scalar(select(func.count()).select_from(Order)),
    )
    return {"products": products, "pieces": pieces, "orders": orders}


@app.get("/orders/{number}")
async def read_order(number: int) -> dict[str, object]:
    async with engine.connect() as connection:
        shopper = await connection.scalar(select(Order.shopper).where(Order.number == number))
        if shopper is None:
            raise HTTPException(404)
        found = await connection.scalars(select(Line.product).where(Line.order_number == number).order_by(Line.number))
        return {"shopper": shopper, "products": list(found)}


@app.post("/orders", status_code=201)
async def place_order(shopper: str, product: str) -> dict[str, object]:
    async with engine.begin() as connection:
        number = await connection.scalar(insert(Order).values(shopper=shopper).returning(Order.number))
        await connection.execute(insert(Line).values(order_number=number, product=product))
    return {"number": number, "shopper": shopper}


@app.get("/search")
async def search(q: str) -> list[str]:
    searches.add(query := asyncio.ensure_future(names_with(q)))
    query.add_done_callback(searches.remove)
    try:
        return await asyncio.wait_for(asyncio.shield(query), PATIENCE)
    except asyncio.TimeoutError:
        raise HTTPException(504) from None
