"""How values stand in both databases, so that neither rounds, drifts nor guesses.

SQLite keeps what it is given: a decimal number becomes a float, a word stays in a column
of integers, a time loses its zone. Each kind here says what goes in and comes out.
"""

import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, DateTime
from sqlalchemy.types import TypeDecorator

LARGEST = 2**63 - 1
PLACES = 10_000  # a volume, a coefficient or a percent is kept to a ten-thousandth


class Rupiah(TypeDecorator):
    """Whole rupiah. [IDR]"""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        """Take whole numbers alone; a float of money is a fault of whoever hands it in."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise TypeError(f"rupiah are whole numbers; {value!r} came")
        if value != int(value) or abs(value) > LARGEST:
            raise ValueError(f"rupiah are whole numbers below 2^63; {value} came")
        return int(value)

    def process_result_value(self, value, dialect):
        """Give an int, whichever database it comes from."""
        return None if value is None else int(value)


class Exact(TypeDecorator):
    """Decimal number to four places, kept as ten-thousandths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        """Refuse a float, and a fifth place: nothing is rounded on the way in."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise TypeError(f"exact numbers are Decimal or int; {value!r} came")
        scaled = Decimal(value) * PLACES
        if scaled != int(scaled) or abs(scaled) > LARGEST:
            raise ValueError(f"at most four places are kept; {value} came")
        return int(scaled)

    def process_result_value(self, value, dialect):
        """Give a Decimal."""
        return None if value is None else Decimal(int(value)) / PLACES


class Moment(TypeDecorator):
    """Point in time, always with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        """Keep it in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is no point in time")
        value = value.astimezone(datetime.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        """Give it in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=datetime.UTC)
        return value.astimezone(datetime.UTC)


def whole(column: str) -> CheckConstraint:
    """Hold SQLite to integers, as PostgreSQL holds itself."""
    check = CheckConstraint(
        f"typeof({column}) IN ('integer', 'null')", name=f"{column}_whole"
    )
    return check.ddl_if(dialect="sqlite")
