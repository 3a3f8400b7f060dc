"""Every row says whether it is invented; rows that stand are not."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# opd, unit_costs, ceilings and realisations have it from the first
LACKING = "pins issues causes activities cost_lines outcomes notes".split()


def upgrade() -> None:
    """Bring the tables to this version."""
    for table in LACKING:
        column = sa.Column(
            "synthetic", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, column)
