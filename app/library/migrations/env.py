"""Alembic runs this to migrate; the caller has opened the transaction and commits it."""

from alembic import context

from app.library.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the whole way up is one transaction, and it is the caller's
    render_as_batch=True,
)
context.run_migrations()
