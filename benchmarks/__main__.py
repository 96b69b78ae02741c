"""`python -m benchmarks [NAME…] [--quick]`: measure, and print absolute figures and ratios."""

import argparse
import importlib
import time

from benchmarks import report
from benchmarks.scale import FULL, QUICK

NAMES = {
    "provisioning": "runs and steps a second, next to a bare workflow; SQLite and PostgreSQL",
    "waiting": "a thousand runs that wait for a slow platform in one worker",
    "host": "the portal host, next to a bare Starlette route",
    "rerun": "the form's rerun, next to an empty Streamlit page's",
    "matrix": "a filter change on the Compare page, next to an empty page's rerun; 26 × 5 and 200 × 60",
    "estate": "the inventory and Trends at 1,000 to 1,000,000 portals, next to an empty page's and to Datasette",
    "first-load": "the form's first load on a slow line, next to a stock Streamlit page's",
}


def main() -> None:
    """Run the benchmarks that are named, or all."""
    known = "\n".join(f"  {name:<14}{what}" for name, what in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=known,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; all without a name")
    parser.add_argument("--quick", action="store_true", help="just enough to see that they run")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    print(report.machine(), flush=True)
    began = time.monotonic()
    for name in options.names or NAMES:
        module = importlib.import_module(f"benchmarks.{name.replace('-', '_')}")
        module.run(QUICK if options.quick else FULL)
    print(f"\nMeasured in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
