"""``python -m vmgui``."""

import sys

from vmgui.cli import main

sys.exit(main())
