"""What the doctor looks at on any server, whatever the field."""

from __future__ import annotations

from core.checks import database, disk, keys, program, site, web
from core.doctor import register_check


def init_checks() -> None:
    """Register them; each upper room adds its own."""
    register_check("database", database.reachable_and_migrated)
    register_check("database role", database.role)
    register_check("worker", database.worker_alive)
    register_check("outbox", database.nothing_given_up)
    register_check("clock", database.clock)
    register_check("folders", disk.folders)
    register_check("keys", keys.keys)
    register_check("master key", keys.master)
    register_check("backup", disk.backup)
    register_check("backup of the keys", keys.keys_backup)
    register_check("packages", program.packages)
    register_check("front end", program.front_end)
    register_check("languages", disk.languages)
    register_check("demo", web.demo)
    register_check("address", web.address)
    register_check("https", web.https)
    register_check("site", site.site)
    register_check("mail", web.mail)
