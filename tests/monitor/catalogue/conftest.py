"""The databases that catalogues are read from."""

from tests.support.databases import database, mariadb, postgresql, sqlite

__all__ = ["database", "mariadb", "postgresql", "sqlite"]
