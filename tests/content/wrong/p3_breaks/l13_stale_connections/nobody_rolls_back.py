# task 5: failed
# says: rollback() tells the session that the transaction is over
"""Leaves the session as the error left it."""

# in Worker


def run(self, job: Callable[[Session], T]) -> T:
    result = job(self.session)
    self.session.commit()
    return result
