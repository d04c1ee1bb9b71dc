# task 1: failed
# says: It is the right frame, which has gone on since
"""Keeps the frame and reads its line when asked."""

# in LeakDetector


def who_holds(self) -> list[Holder]:
    return [
        Holder(f"{Path(one.line.f_code.co_filename).name}:{one.line.f_lineno}", one.endpoint, one.seconds)
        for one in self._in_use.values()
    ]


def _enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
    ours = {*LIBRARIES, __name__}
    frame = next(one for one in stack() if one.f_globals.get("__name__", "").partition(".")[0] not in ours)
    self._in_use[record] = Checkout(frame, serving.get(), monotonic())
