"""Where the frozen program begins: vmgui itself, or a helper process that Python's multiprocessing starts."""

from __future__ import annotations

import sys

#: What Python asks its own executable to run when it starts a helper; the frozen one has no `-c`.
BEGIN, END = "from multiprocessing.resource_tracker import main;main(", ")"


def helper(arguments: list[str]) -> bool:
    """Do what a helper process is asked for; False when nobody asked."""
    if arguments[1:2] == ["--multiprocessing-fork"]:
        from multiprocessing import spawn  # only a helper needs it

        pairs = (word.partition("=") for word in arguments[2:])
        spawn.spawn_main(**{name: int(value) for name, _, value in pairs if value != "None"})
        return True
    asked = arguments[-1]
    if "-c" in arguments and asked.startswith(BEGIN) and asked.endswith(END):
        from multiprocessing import resource_tracker

        resource_tracker.main(int(asked[len(BEGIN) : -len(END)]))
        return True
    return False


def main() -> int:
    """Run vmgui; returns its exit status."""
    vars(sys.modules["__main__"]).pop("__file__", None)  # a process that is started anew need not read this
    if helper(sys.argv):
        return 0
    from vmgui.cli import main as vmgui

    return vmgui()


if __name__ == "__main__":
    sys.exit(main())
