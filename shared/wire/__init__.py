"""What crosses the wire: strict JSON, strict fields, signatures. Knows no channel by name."""
