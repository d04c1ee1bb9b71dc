"""What the proofs of the error pages share: the table of proofs, and servers as somebody sees them who looks for a cause."""
