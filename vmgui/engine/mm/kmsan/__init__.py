"""The detector of uses of memory that nobody has written (mm/kmsan, v6.12)."""
