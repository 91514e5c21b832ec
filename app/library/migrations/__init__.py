"""How older libraries become what this version needs; run by alembic, from inside the package."""
