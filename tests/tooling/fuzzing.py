"""How often readers are fuzzed: 200 examples each on a desk, 500 in CI, as many as POOLSCHOOL_EXAMPLES says before a release."""

import os

from hypothesis import HealthCheck, settings

IN_CI = "CI" in os.environ or "POOLSCHOOL_NOTHING_SKIPPED" in os.environ
EXAMPLES = int(os.environ.get("POOLSCHOOL_EXAMPLES", "500" if IN_CI else "200"))
FUZZED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
