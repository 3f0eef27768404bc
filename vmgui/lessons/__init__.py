"""Load, run and check lessons.  Their text lives in resources/lessons."""
