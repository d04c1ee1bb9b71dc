# task 5: failed
# says: each waits for the one before
"""A thread for the reviews, and a lock around it."""

from threading import Lock

# in create_app
turn = Lock()


@app.get("/products/{name}/reviews")
def reviews(name: str) -> list[str]:
    with turn, Session(engine) as session:
        return list(session.scalars(REVIEWS, {"name": name}))
