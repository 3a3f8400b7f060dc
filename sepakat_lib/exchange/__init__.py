"""Files of other systems <-> rows of the ledger: price sheets, SIPD, monthly realisation.

`sheets` reads and writes tables, `prices`, `sipd` and `realisation` say what their columns
mean. A file is taken whole, in one transaction, or refused with each row that is wrong.
"""

from sepakat_lib.exchange import prices, realisation, sheets, sipd

__all__ = ["prices", "realisation", "sheets", "sipd"]
