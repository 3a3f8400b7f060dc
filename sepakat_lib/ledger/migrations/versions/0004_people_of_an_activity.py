"""An activity keeps how many people are in its target group, beside what it is to make."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column("activities", sa.Column("people", sa.BigInteger(), nullable=True))
