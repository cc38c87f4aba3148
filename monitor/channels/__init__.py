"""Channels that need a database; they are found by their entry points, as those of others are."""
