"""walls"""

from __future__ import annotations

from alembic import op

from accounts.policies import lower_walls, raise_walls

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Row-level security, on PostgreSQL: as `flask walls apply` does, and as often as one likes."""
    raise_walls(op.get_bind())


def downgrade() -> None:
    lower_walls(op.get_bind())
