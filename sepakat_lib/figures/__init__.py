"""Charts and maps: data in, figure out."""
