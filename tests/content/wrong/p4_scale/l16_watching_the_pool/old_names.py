# task 1: failed
# says: The ones with `connections` are the old ones
"""Uses the names before they were changed."""

PREFIX = "db.client.connections."
