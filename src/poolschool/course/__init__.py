"""What lies in the tree, read: lessons, exercises, beliefs, proofs, TOML with lines; how authors' mistakes are told."""
