"""The local AWS: ministack, and what it lacks for this stack.

Run it as ``python -m emulator`` with ``local/`` on the Python path. ``README.md`` names every place
where ministack is extended, and why.
"""
