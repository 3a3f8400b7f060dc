"""What people hold and see: editors of rows of the ledger; they compute nothing.

Each is the same in JupyterLab and on the officials' door. Without a person (papermill, a
page of a batch) it prints what the ledger holds.
"""

from widgets.fields import Field
from widgets.form import form
from widgets.grid import grid
from widgets.tree import tree

__all__ = ["Field", "form", "grid", "tree"]
