# task 5: failed
# says: after a job whose commit lost its connection
"""Rolls back when the job fails, and not when its commit does."""

# in Worker


def run(self, job: Callable[[Session], T]) -> T:
    try:
        result = job(self.session)
    except BaseException:
        self.session.rollback()
        raise
    self.session.commit()
    return result
