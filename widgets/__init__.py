"""What people hold and see: ipywidgets only; they compute nothing."""
