"""Everything that is kept, in PostgreSQL; the only part that knows SQL."""
