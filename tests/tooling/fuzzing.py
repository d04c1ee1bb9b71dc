"""How often readers are fuzzed: 2,000 examples each in CI, 200 on a desk."""

import os

from hypothesis import HealthCheck, settings

IN_CI = "CI" in os.environ or "POOLSCHOOL_NOTHING_SKIPPED" in os.environ
FUZZED = settings(
    max_examples=2000 if IN_CI else 200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
