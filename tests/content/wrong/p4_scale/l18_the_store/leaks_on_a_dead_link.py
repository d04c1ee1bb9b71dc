# task 3: failed
# says: a page that ends with an error has not returned its connection
"""Fault 3 is left: the session is closed on the way that works."""

# in create_app


@app.get("/products/{name}", response_model=Product)
def product_page(name: str) -> Any:
    session = Session(engine)
    try:
        product = session.execute(FIND, {"name": name}).mappings().one()
    except exc.NoResultFound as error:
        not_found.append(error)
        raise HTTPException(404, f"We do not have {name}.") from error
    session.close()
    return product
