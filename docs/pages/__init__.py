"""The pages that come from the program itself, a module for each. docs/generate.py writes them."""
