"""Runs the migrations on the connection that `storage.upgrade` hands over."""

from alembic import context

from sepakat_lib.ledger.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
