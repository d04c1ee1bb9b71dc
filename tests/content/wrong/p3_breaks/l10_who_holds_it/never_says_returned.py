# task 4: failed
# says: What was reported is reported once more when it is returned
"""Reports what is late, and not its return."""

# in LeakDetector


def news(self) -> list[str]:
    late = [one for one in self._in_use.values() if one.seconds > self.patience and not one.reported]
    for checkout in late:
        checkout.reported = True
    return [f"{checkout}: in use for {checkout.seconds:.0f} s" for checkout in late]
