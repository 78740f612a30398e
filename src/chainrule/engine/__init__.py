"""Engines: a handful of functions of one signature. `reference` is the core itself."""
