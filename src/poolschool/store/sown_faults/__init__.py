"""Six faults and a cliff, one switch each (`STORE_FAULT=leaks_on_error`): a wrong version of one part, as people write it.

| switch | the symptom, in /metrics or in the shoppers' errors | the fix |
|---|---|---|
| `connects_each_time` | `create_time` counts every request; nothing is ever idle | a pool |
| `leaks_on_error` | `used` stays up when nobody is there; then `timeouts` | a `with` block |
| `holds_while_streaming` | `used` lasts as long as the slowest reader; `use_time` far above the query's | read, return, then send |
| `blocks_the_loop` | `timeouts` and `event_loop_lag` as long as `pool_timeout`, /metrics itself is silent | the async engine, or `def` |
| `holds_while_paying` | `use_time` follows the payment service; `pending_requests` | pay after the commit |
| `larger_than_the_database` | `create_failures`; 503 without any wait | pool ≤ what the database allows ÷ processes |
| `tutorial_dependency` | all is well up to 54 at once; at 55 `timeouts` with short queries | return the connection before the answer is validated |

The right version of each is the store's own: compare the two files.
"""
