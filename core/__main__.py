"""The command line: python -m core … (docs/command-line.md)."""

import io
import sys

from core.commandline.program import run

if __name__ == "__main__":
    # A shell can close either stream (`>&-`); what is meant for it then goes nowhere, not into the other.
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    sys.exit(run(sys.argv[1:]))
