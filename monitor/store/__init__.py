"""Our own database: tables, migrations, and every query with a name and a sentence.

``now`` and all other moments are instants: whole microseconds since 1970-01-01T00:00:00Z.
A function takes the connection of the caller's transaction and never commits.
"""
