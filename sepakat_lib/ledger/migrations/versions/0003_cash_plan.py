"""A month of a cost line keeps what its cash plan (RAK) said, beside what was spent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column("realisations", sa.Column("planned", sa.BigInteger(), nullable=True))
