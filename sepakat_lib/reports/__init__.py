"""From findings and figures to pages that people read, print and carry on a stick."""
