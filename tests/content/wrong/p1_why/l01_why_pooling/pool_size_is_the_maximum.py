# task 1: failed
# says: 6 connections
"""Believes that pool_size is the maximum."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5)
