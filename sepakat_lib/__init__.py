"""Everything that computes: from survey file to report, from finding to rupiah."""

from pathlib import Path

__version__ = "0.1.0"

ROOT = Path(__file__).resolve().parents[1]  # notebooks, parameters and outputs lie here
