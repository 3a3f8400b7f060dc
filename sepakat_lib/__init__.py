"""Everything that computes: from survey file to report, from finding to rupiah."""

__version__ = "0.1.0"
