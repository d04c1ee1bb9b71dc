"""Sync code inside of run_sync(), a lock for three tasks on one session, lines that load themselves with the order."""


class Order(Base):
    __tablename__ = "orders"
    number: Mapped[int] = mapped_column(primary_key=True)
    shopper: Mapped[str]
    lines: Mapped[list["Line"]] = relationship(order_by="Line.number", lazy="selectin")


# in create_app


@app.get("/overview")
async def overview() -> dict[str, int]:
    turn = asyncio.Lock()
    async with open_session() as session:

        async def ask(query):
            async with turn:
                return await session.scalar(query)

        products, pieces, orders = await asyncio.gather(
            ask(select(func.count()).select_from(Product)),
            ask(select(func.sum(Product.stock))),
            ask(select(func.count()).select_from(Order)),
        )
    return {"products": products, "pieces": pieces, "orders": orders}


@app.get("/orders/{number}")
async def read_order(number: int) -> dict[str, object]:
    async with open_session() as session:
        order = await session.get(Order, number)
    if order is None:
        raise HTTPException(404)
    return {"shopper": order.shopper, "products": [line.product for line in order.lines]}


@app.post("/orders", status_code=201)
async def place_order(shopper: str, product: str) -> dict[str, object]:
    def save(session):
        order = Order(shopper=shopper, lines=[Line(product=product)])
        session.add(order)
        session.commit()
        return {"number": order.number, "shopper": order.shopper}

    async with open_session() as session:
        return await session.run_sync(save)
