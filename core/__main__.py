"""The command line: python -m core … (docs/command-line.md)."""

import sys

from core.commandline.program import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
