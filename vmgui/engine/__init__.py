"""The kernel's own algorithms over recorded 64-bit words.  Imports only the standard library."""
