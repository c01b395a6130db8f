"""SFTP sessions under their user's session policy; a rename is a copy and a deletion, as Transfer Family does it.

A session's root is a directory even where no object stands in it, as on a server with DirectoryListingOptimization.

A session that breaks off during an upload leaves what has arrived as an object, with S3's event for it. So does
Transfer Family: this is what its workflows for partial uploads are for.
"""

from __future__ import annotations

import time
from typing import Any

from ministack.services import transfer

from emulator import patching
from emulator.transfer import storage
from emulator.transfer.session_policy import allows

_WRITE, _APPEND, _CREATE, _TRUNCATE = 0x02, 0x04, 0x08, 0x10
"""Bits of SSH_FXP_OPEN (SFTP version 3)."""


def install() -> None:
    """Extend the session class, which ministack makes when the first server is created (asyncssh is imported then)."""
    patching.wrap(transfer, "_ensure_sftp_runtime", _with_policies)


def _with_policies(original: patching.Function) -> patching.Function:
    def ensure() -> None:
        made_before = transfer._MiniStackSFTPServer is not None
        original()
        if not made_before:
            base = transfer._MiniStackSFTPServer
            transfer._MiniStackSFTPServer = type("Session", (Permissions, Root, base), {})

    return ensure


class Root:
    """Goes before ministack's session, to which a prefix without an object is no directory."""

    def stat(self: Any, path: bytes) -> Any:
        if self.realpath(path) == b"/":
            return self._attrs_for_dir(int(time.time()))
        return super().stat(path)  # type: ignore[misc]


class Permissions:
    """Goes before ministack's session: checks the session policy, then lets the session do it."""

    def open(self: Any, path: bytes, pflags: int, attrs: Any) -> Any:
        writes = pflags & (_WRITE | _APPEND | _CREATE | _TRUNCATE)
        self._require("s3:PutObject" if writes else "s3:GetObject", path)
        return super().open(path, pflags, attrs)  # type: ignore[misc]

    def mkdir(self: Any, path: bytes, attrs: Any) -> Any:
        self._require("s3:PutObject", path, folder=True)
        return super().mkdir(path, attrs)  # type: ignore[misc]

    def rmdir(self: Any, path: bytes) -> Any:
        self._require("s3:DeleteObject", path, folder=True)
        return super().rmdir(path)  # type: ignore[misc]

    def remove(self: Any, path: bytes) -> Any:
        self._require("s3:DeleteObject", path)
        return super().remove(path)  # type: ignore[misc]

    def _do_rename(self: Any, oldpath: bytes, newpath: bytes, *, allow_overwrite: bool) -> None:
        """No rename overwrites, whatever the client asks for ("Transferring files", Transfer Family user guide)."""
        for action, path in (("GetObject", oldpath), ("DeleteObject", oldpath), ("PutObject", newpath)):
            self._require(f"s3:{action}", path)
        source, target = self._resolve(oldpath), self._resolve(newpath)
        if transfer._sftp_s3_get_object(self._account_id, *source) is None:
            raise transfer.asyncssh.SFTPNoSuchFile(f"No such file: {oldpath!r}")
        if transfer._sftp_s3_get_object(self._account_id, *target) is not None:
            raise transfer.asyncssh.SFTPFailure(f"Destination exists: {newpath!r}")
        storage.copy(self._account_id, source, target)
        storage.delete(self._account_id, *source)

    def _require(self: Any, action: str, path: bytes, folder: bool = False) -> None:
        bucket, key = self._resolve(path)
        key = key.rstrip("/") + "/" if folder else key
        if not allows((self._user or {}).get("Policy"), action, bucket, key):
            raise transfer.asyncssh.SFTPPermissionDenied(f"{action} is not allowed on {path!r}")
