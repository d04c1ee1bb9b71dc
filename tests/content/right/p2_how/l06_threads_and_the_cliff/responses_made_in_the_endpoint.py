"""Returns responses, which nobody checks in a thread, and looks the shopper up in the endpoint."""

from fastapi.responses import JSONResponse


# in create_app
@app.get("/products")
def search(q: str, session: Db):
    found = session.execute(
        select(Product.name, Product.price, Product.id).where(Product.name.contains(q)).order_by(Product.name)
    )
    return JSONResponse([dict(row) for row in found.mappings()])


@app.post("/products")
def add(new: NewProduct, session: Db):
    product = Product(**new.model_dump())
    session.add(product)
    session.commit()
    return JSONResponse({"name": product.name, "price": product.price, "id": product.id}, status_code=201)


@app.get("/orders")
def orders(token: Annotated[str, Header()], session: Db):
    if session.get(Shopper, token) is None:
        raise HTTPException(401, "Who are you?")
    found = session.execute(select(Order.id, Order.product).where(Order.token == token).order_by(Order.id))
    return JSONResponse([dict(row) for row in found.mappings()])
