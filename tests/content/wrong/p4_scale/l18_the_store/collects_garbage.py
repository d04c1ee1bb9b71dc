# task 3: failed
# says: 15 connections in use
"""Lets the collector return what is forgotten; the error is kept, and the session with it."""

import gc

# in create_app


@app.get("/products/{name}", response_model=Product)
def product_page(name: str) -> Any:
    gc.collect()
    session = Session(engine)
    try:
        product = session.execute(FIND, {"name": name}).mappings().one()
    except exc.NoResultFound as error:
        not_found.append(error)
        raise HTTPException(404, f"We do not have {name}.") from error
    session.close()
    return product
