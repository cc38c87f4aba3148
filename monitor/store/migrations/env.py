"""What Alembic runs to upgrade a store: the migrations, in the transaction of ``upgrade``."""

from __future__ import annotations

from alembic import context

from monitor.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
