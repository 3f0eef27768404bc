"""Load, run and check lessons and labs.  Their text lives in resources/lessons and resources/labs."""
