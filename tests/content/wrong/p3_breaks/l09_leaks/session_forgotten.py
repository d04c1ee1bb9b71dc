# task 4: failed
# says: The session borrowed at its query
"""Fixes the cache and believes that a session needs no closing."""


def find_product(engine: Engine, name: str) -> Product | None:
    return Session(engine).get(Product, name)
