"""One module a source: where it comes from, how it is read, how it is invented."""
