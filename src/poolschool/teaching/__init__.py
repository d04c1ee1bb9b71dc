"""assignments ─→ exports, classroom; autograder apart. Raw answers in, grade book out."""
