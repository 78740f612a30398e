"""Training: the loop and its events, history, stopping, and the run file."""
