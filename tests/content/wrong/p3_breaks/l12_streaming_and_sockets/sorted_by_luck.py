# task 1: failed
# says: without ORDER BY, rows come in any order
"""Leaves out ORDER BY, since SQLite mostly finds rows by their key."""

ORDERS = text("SELECT id, product FROM orders WHERE id > :last AND id <= :newest LIMIT :size")
