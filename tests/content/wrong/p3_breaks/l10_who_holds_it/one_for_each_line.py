# task 2: failed
# says: two from the same line are two
"""Notes by the line, so that two of one line are one."""

# in LeakDetector


def who_holds(self) -> list[Holder]:
    return list({one.line: Holder(one.line, one.endpoint, one.seconds) for one in self._in_use.values()}.values())
