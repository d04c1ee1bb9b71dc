# task 5: failed
# says: All threads belong to requests that wait
"""Lets in more than there are threads."""

# in create_app

admission = Admission(inside=45, waiting=0)
