# task 5: failed
# says: Let ping need none
"""Lets the load balancer wait with the shoppers."""


# in create_app
@app.get("/ping")
def ping() -> str:
    return "pong"
