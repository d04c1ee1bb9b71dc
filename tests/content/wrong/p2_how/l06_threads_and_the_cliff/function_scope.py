# task 1: failed
# says: ends the dependency after the answer was checked
"""Ends the session with the function."""

from inspect import signature

# in create_app
scope = dict(scope="function") if "scope" in signature(Depends).parameters else {}  # since FastAPI 0.121
Db = Annotated[Session, Depends(get_session, **scope)]


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
