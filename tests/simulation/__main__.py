"""``python -m tests.simulation``."""

import sys

from tests.simulation.run import main

# Worker processes import this module too, under another name.
if __name__ == "__main__":
    sys.exit(main())
