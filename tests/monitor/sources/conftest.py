"""The databases the tests of sources read from."""

from tests.support.databases import database, mariadb, postgresql, sqlite

__all__ = ["database", "mariadb", "postgresql", "sqlite"]
