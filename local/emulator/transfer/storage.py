"""SFTP writes as S3 requests: version ids, delete markers and events are S3's own.

ministack's SFTP server writes into the bucket's dictionary, past versions and notifications.
"""

from __future__ import annotations

import contextvars
import urllib.parse
from collections.abc import Callable
from typing import TypeVar

from ministack.core.responses import set_request_account_id
from ministack.services import s3, transfer

from emulator import patching

Answer = TypeVar("Answer")


def install() -> None:
    """Replace the two functions that write."""
    patching.replace(transfer, "_sftp_s3_put_object", put)
    patching.replace(transfer, "_sftp_s3_delete_object", delete)


def put(account: str, bucket: str, key: str, body: bytes) -> None:
    """PutObject; FileNotFoundError when S3 refuses it."""
    headers = {"content-type": "application/octet-stream"}
    status = _as_account(account, lambda: s3._put_object(bucket, key, bytes(body), headers)[0])
    _require_success(status, bucket, key)


def copy(account: str, source: tuple[str, str], target: tuple[str, str]) -> None:
    """CopyObject between two (bucket, key) pairs; FileNotFoundError when S3 refuses it."""
    headers = {"x-amz-copy-source": f"/{source[0]}/{urllib.parse.quote(source[1])}"}
    status = _as_account(account, lambda: s3._copy_object(target[0], target[1], headers)[0])
    _require_success(status, *target)


def delete(account: str, bucket: str, key: str) -> bool:
    """DeleteObject; whether there was an object."""
    contents = transfer._sftp_s3_bucket(account, bucket)
    if not contents or key not in contents.get("objects", {}):
        return False
    _as_account(account, lambda: s3._delete_object(bucket, key, {}))
    return True


def _as_account(account: str, call: Callable[[], Answer]) -> Answer:
    """S3 finds a bucket in the account of the request; a session's account is that of its user."""

    def run() -> Answer:
        set_request_account_id(account)
        return call()

    return contextvars.copy_context().run(run)


def _require_success(status: int, bucket: str, key: str) -> None:
    if status >= 400:
        raise FileNotFoundError(f"S3 answered {status} for {bucket}/{key}")
