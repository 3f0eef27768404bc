"""See the Linux kernel's vmalloc and vmap work, one step at a time."""

__version__ = "0.1.0"
