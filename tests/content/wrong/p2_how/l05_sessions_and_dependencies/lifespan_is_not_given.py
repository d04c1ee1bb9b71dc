# task 1: failed
# says: Is the lifespan passed
"""Writes a lifespan and does not give it to the application."""

# in create_app
app = FastAPI()
