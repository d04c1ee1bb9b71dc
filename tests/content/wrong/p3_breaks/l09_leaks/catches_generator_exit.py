# task 3: failed
# says: An error of the database is a way out too:
"""Closes for GeneratorExit and after the last name, not when the query fails."""


def product_names(engine: Engine) -> Iterator[str]:
    connection = engine.connect()
    try:
        yield from connection.scalars(text("SELECT name FROM products ORDER BY name"))
    except GeneratorExit:
        connection.close()
        raise
    else:
        connection.close()
