"""A real PostgreSQL on demand: running ─lease→ home ←keeper→ server; own: a role and database for one place."""
