"""The detector of stray accesses: its hooks, and two ways to do its work (mm/kasan, v6.12)."""
