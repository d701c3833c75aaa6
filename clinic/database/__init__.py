"""The embedded PostgreSQL: started on the first connection, stopped by the last process that used it."""
