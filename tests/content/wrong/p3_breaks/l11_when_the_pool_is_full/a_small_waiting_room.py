# task 5: failed
# says: they are not refused
"""Lets too few wait."""

# in create_app

admission = Admission(inside=15, waiting=5)
