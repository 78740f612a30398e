"""Data: the built-in sets and problems, arrays of one's own, splits, preparation."""
