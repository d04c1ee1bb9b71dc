"""The rules: a function each, from facts to a finding or none, in one table in order of harm."""
