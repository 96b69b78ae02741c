"""Alembic's entry: runs the migrations on the connection that core.storage.schema hands over."""

from alembic import context

from core.storage.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
