"""Processors: their page-table geometry, entry bits and hooks, behind the kernel's own hook names."""
