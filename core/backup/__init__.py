"""Backup and restore: encrypted files, made while everybody works, refused unless whole.

`container` is the encrypted file, `frames` what is in it, `sqlite` and `postgresql` the two ways of
reading and replacing a database, `database` joins them, `keys` does the store of keys.
"""
