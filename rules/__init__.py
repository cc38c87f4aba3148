"""The pure core: cases, working time, limits, checks, alerts and escalation.

Nothing here reads a clock, a file, a socket or a database. Functions take batches of cases as
NumPy columns together with the moment ``now`` and return values.
"""
