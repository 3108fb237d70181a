"""Alembic migrations of the database schema; add new ones, never change old ones."""
