"""A learner's file and a checker become Verdicts: Grader ─Job→ worker ─Message→ Verdict ─words→ reader."""
