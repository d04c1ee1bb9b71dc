# task 3: failed
# says: query took the connection before the endpoint
"""Fixes the endpoint and not what runs before it."""


# in create_app
def current_shopper(token: Annotated[str, Header()], session: Db) -> str:
    if session.get(Shopper, token) is None:
        raise HTTPException(401, "Who are you?")
    return token
