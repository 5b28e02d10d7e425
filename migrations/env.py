"""Where Alembic learns the tables; it is always handed its connection by adapters.database.migrate."""

from alembic import context

from adapters.database.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
