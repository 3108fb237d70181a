"""Runs the migrations on the connection the store has opened; alembic loads this file."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
