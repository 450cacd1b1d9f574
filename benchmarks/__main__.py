"""`python -m benchmarks`: run every benchmark, each in a process of its own."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run them in the order of their names; the worst exit code is ours."""
    worst = 0
    for path in sorted(HERE.glob("[a-z]*.py")):
        print(f"== {path.stem}", flush=True)
        worst = max(worst, subprocess.call([sys.executable, "-m", f"benchmarks.{path.stem}"]))
    return worst


if __name__ == "__main__":
    sys.exit(main())
