"""Who changes the ledger, until there are accounts: a name that is asked once.

On the officials' door each browser keeps its own name. On an analyst's machine there is
one analyst, whose name is kept in the data folder too.
"""

import os
import unicodedata

from sepakat_lib import atomic, warehouse
from sepakat_lib.refused import Refused

LONGEST = 80  # signs of a name
NAME = "who.txt"
MANY = "SEPAKAT_DOOR"  # set where a door serves several people of one data folder


def named(given: object) -> str:
    """A name as the ledger keeps it, of whatever a browser sent.

    Raises
    ------
    Refused
        ``nobody``: nothing is left of it; ``wrong_name``: it is no text, too long, or has
        signs that cannot be seen.

    >>> named("  Sri  Rahayu ")
    'Sri Rahayu'
    """
    if not isinstance(given, str) or len(given) > 4 * LONGEST:
        raise Refused("wrong_name", longest=LONGEST)
    text = " ".join(given.split())
    unseen = any(unicodedata.category(sign)[0] == "C" for sign in text)
    if unseen or len(text) > LONGEST:
        raise Refused("wrong_name", longest=LONGEST)
    if not text:
        raise Refused("nobody")
    return text


def remembered() -> str:
    """Name of the one who works on this machine; "" where none is known."""
    if os.environ.get(MANY):
        return ""
    try:
        return named((warehouse.folder() / NAME).read_text("utf-8"))
    except (OSError, ValueError, Refused):
        return ""


def remember(name: str) -> None:
    """Keep the name of the one who works on this machine, where there is one such."""
    if not os.environ.get(MANY):
        folder = warehouse.folder()
        folder.mkdir(parents=True, exist_ok=True)
        with atomic.whole(folder / NAME) as fresh:
            fresh.write_text(name, "utf-8")
