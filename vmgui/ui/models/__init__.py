"""Qt models over projections: lists, tables and the page-table tree."""
