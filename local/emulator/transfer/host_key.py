"""The SFTP host key in a file of the caller's choice (``SFTP_HOST_KEY``), so that clients may remember it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ministack.services import transfer

from emulator import patching


def install() -> None:
    """Replace the loader, which keeps a key only together with all other state."""
    if os.environ.get("SFTP_HOST_KEY"):
        patching.replace(transfer, "_sftp_load_or_generate_host_key", load_or_generate)


def load_or_generate() -> Any:
    """The key in the file; a new one, readable by its owner alone, where there is none."""
    import asyncssh

    path = Path(os.environ["SFTP_HOST_KEY"])
    if path.exists():
        return asyncssh.read_private_key(str(path))
    key = asyncssh.generate_private_key("ssh-ed25519")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(key.export_private_key())
    return key
