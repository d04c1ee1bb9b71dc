"""Grading of code we do not trust. What is defended, against whom, by which wall; what is not."""
