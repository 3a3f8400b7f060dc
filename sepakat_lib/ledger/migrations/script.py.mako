"""${message}."""

import sqlalchemy as sa
from alembic import op

from sepakat_lib.ledger.kinds import Exact, Moment, Rupiah

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    ${upgrades if upgrades else "pass"}
