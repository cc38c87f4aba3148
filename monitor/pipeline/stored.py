"""What the store keeps of the rules: versions, item catalogue, directory, days entered by hand."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.pipeline.in_force import InForce
from monitor.pipeline.peopling import load_directory
from monitor.store import calendar_days, items, people, rule_versions


def with_stored(connection: Connection, rules: InForce) -> InForce:
    """Give the rules with what the store keeps."""
    rules = rules.with_versions(rule_versions.labels(connection))
    rules = rules.with_days(calendar_days.load(connection))
    rules = rules.with_catalogue(items.load(connection, rules.zone))
    return rules.with_directory(load_directory(connection, rules.settings))


def behind(connection: Connection, rules: InForce) -> bool:
    """Tell whether the store keeps something else by now."""
    return (
        people.version(connection) != rules.book.directory.version
        or items.state(connection).version != rules.book.catalogue.version
        or calendar_days.version(connection) != rules.days.version
    )
