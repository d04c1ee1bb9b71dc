"""Grading on a service's machine: what is exported there, and what runs there."""
