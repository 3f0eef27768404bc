"""One pane a file: each draws a projection and computes nothing about memory."""
