"""The kernel's mm/: page allocator, page tables, vmalloc."""
