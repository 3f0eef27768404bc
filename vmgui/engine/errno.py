"""Error numbers as Linux has them, whatever system this runs on (include/uapi/asm-generic/errno-base.h)."""

from __future__ import annotations

ENXIO = 6
E2BIG = 7
EAGAIN = 11
ENOMEM = 12
EFAULT = 14
EBUSY = 16
EINVAL = 22
ERANGE = 34
