# task 1: failed
# says: The price was changed meanwhile
"""Asks the database once."""

# in create_app
answers: dict[str, list[ProductOut]] = {}


@app.get("/products", response_model=list[ProductOut])
def search(q: str):
    if q not in answers:
        with Session(engine) as session:
            found = session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name))
            answers[q] = [ProductOut.model_validate(product, from_attributes=True) for product in found]
    return answers[q]
