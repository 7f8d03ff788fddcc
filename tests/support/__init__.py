"""What tests stand on: a throw-away PostgreSQL, a browser, a server, and what is missing here."""
