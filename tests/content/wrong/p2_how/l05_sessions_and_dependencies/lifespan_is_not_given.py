# task 1: failed
# says: Can the dependency reach the engine
"""Writes a lifespan and does not give it to the application."""

# in create_app
app = FastAPI()
