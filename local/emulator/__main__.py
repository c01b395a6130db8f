"""``python -m emulator``."""

from emulator.launcher import main

if __name__ == "__main__":
    main()
