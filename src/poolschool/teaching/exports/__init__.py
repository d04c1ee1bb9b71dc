"""A paper in the formats of learning management systems: one module per format."""
