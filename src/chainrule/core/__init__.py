"""The mathematics: functions on NumPy arrays, without state. Imports nothing else of ours.

Read in this order: dense, activations, losses, optimizers; then schedules, penalties, dropout and
clipping; then initializers and random.
"""
