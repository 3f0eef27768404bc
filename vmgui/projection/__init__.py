"""What a pane shows at a step, as plain data."""
