"""A class: its roster, its submissions graded, its grade book and pages."""
