# task 5: failed
# says: rollback() returns the connection, also after an error
"""Rolls back only when the connection was lost."""

# in Worker


def run(self, job: Callable[[Session], T]) -> T:
    try:
        result = job(self.session)
    except DBAPIError:
        self.session.rollback()
        raise
    self.session.commit()
    return result
