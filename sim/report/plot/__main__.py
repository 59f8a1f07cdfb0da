"""python3 plot RESULTS.sqlite -o DIR, in the folder above."""
import pathlib
import sys

sys.dont_write_bytecode = True
if not __package__:  # called by its path
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
try:
    from plot.main import main
except ImportError as error:
    print(f"hearsay: {error.name} is missing; on Debian: apt-get install python3-matplotlib python3-pandas",
          file=sys.stderr)
    sys.exit(255)

sys.exit(main())
