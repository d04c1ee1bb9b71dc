# task 3: failed
# says: What is raised skips close()
"""Closes the connection only when all went well."""


def stock_of(engine: Engine, product: str) -> int:
    query = text("SELECT pieces FROM stock WHERE product = :p")
    connection = engine.connect()
    try:
        pieces = connection.execute(query, {"p": product}).scalar_one()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        with engine.connect() as another:
            return another.execute(query, {"p": product}).scalar_one()
    connection.close()
    return pieces
