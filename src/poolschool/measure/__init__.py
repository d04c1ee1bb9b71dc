"""Measured on your machine: bench, compare, size, inspect."""
