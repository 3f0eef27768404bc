"""The kernel's lib/: data structures that know nothing of memory management."""
