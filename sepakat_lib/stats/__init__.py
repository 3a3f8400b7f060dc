"""Pure mathematics of surveys, poverty and inequality; knows nothing of Indonesia."""
