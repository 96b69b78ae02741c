"""Several processes that do one thing at the same moment."""

import subprocess
import sys

from tests.paths import ROOT

# They are forked from one that has imported everything, wait for the pipe to close, and set off.
_RACE = """
import os, sys, traceback
read, write = os.pipe()
children = []
for number in range(int(sys.argv[-1])):
    child = os.fork()
    if not child:
        os.close(write)
        os.read(read, 1)
        status = 1
        try:
            body(number)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    children.append(child)
os.close(read)
os.close(write)
sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
"""


def race(script: str, *arguments: str, processes: int) -> list[str]:
    """The lines that the processes printed. The script imports what it needs and defines `body(number)`."""
    command = [sys.executable, "-c", script + _RACE, *arguments, str(processes)]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()
