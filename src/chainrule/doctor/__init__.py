"""Why does it not learn: illnesses as a table of criteria, and 100 starts to tell bad luck apart.

Nothing here takes part in training: the doctor reads what a run has left behind.
"""
