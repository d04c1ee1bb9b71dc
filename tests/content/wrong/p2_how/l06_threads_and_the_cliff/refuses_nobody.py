# task 3: failed
# says: The shopper is looked up for every request
"""Leaves the lookup out."""


# in create_app
def current_shopper(token: Annotated[str, Header()]) -> str:
    return token
