# task 3: failed
# says: Not only a dead link ends a page early
"""Closes the session for a dead link, and for no other error."""

# in create_app


@app.get("/products/{name}", response_model=Product)
def product_page(name: str) -> Any:
    session = Session(engine)
    try:
        product = session.execute(FIND, {"name": name}).mappings().one()
    except exc.NoResultFound as error:
        session.close()
        not_found.append(error)
        raise HTTPException(404, f"We do not have {name}.") from error
    session.close()
    return product
