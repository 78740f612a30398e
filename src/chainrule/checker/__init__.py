"""Run a learner's own backpropagation, compare it with the truth, and name the mistake."""
