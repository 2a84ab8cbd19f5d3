"""`python -m strongroom`, and what the installed command calls."""

from strongroom.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
