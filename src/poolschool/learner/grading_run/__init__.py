"""The parts of `pytest exercises`, which `pytest_plugin` puts together.

request ── which course, which lessons do the arguments mean?
├── items      checkers are read, not imported: an Item per task   (all that `--collect-only` needs)
├── conflicts  what other plugins cannot do here; who broke a run
├── reporter   keeps the place of pytest's reporter, silently      └─ junit  topics and titles for `--junitxml`
└── run        a Verdict per task from the Grader, printed as they come; progress; `--results`; the exit code
"""
