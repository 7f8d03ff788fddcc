"""People, sign-in, roles, keys of programs, permissions, audit."""
