# task 2: failed
# says: What is not committed is rolled back
"""Sends the INSERT and never commits it."""


# in create_app
@app.post("/products", response_model=ProductOut, status_code=201)
def add(new: NewProduct, session: Db):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    session.flush()
    answer = ProductOut.model_validate(product, from_attributes=True)
    session.close()
    return answer
