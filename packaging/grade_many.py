"""Grade a class of generated hand-ins, and say what it costs: ``packaging/grade_many.py [COUNT] [JOBS]``."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(count: int = 500, jobs: int = 2) -> int:
    """Write hand-ins, grade them in processes of their own, print the table and the processor time."""
    sys.path.insert(0, str(ROOT))
    from tests.lessons.many import LAB, kind_of, write

    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder, "in"), count)
        command = [sys.executable, "-m", "vmgui", "grade", LAB, str(Path(folder, "in")), "--jobs", str(jobs),
                   "--out", str(Path(folder, "out"))]  # fmt: skip
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = spent.ru_utime + spent.ru_stime
    for kind, times in Counter(kind_of(number) for number in range(count)).items():
        print(f"{times:5} {kind}")
    print(
        f"{count} hand-ins: {seconds:.1f} s of processor time, {seconds / jobs:.1f} s on each of {jobs} cores"
    )
    return status


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
