"""``AWS::S3::Bucket``: a bucket that is not empty is not deleted, and so its stack is not either."""

from __future__ import annotations

from ministack.services import s3

from emulator.cloudformation import Properties, handlers


def install() -> None:
    """Wrap the resource's deletion, which takes the objects with it."""
    table = handlers("AWS::S3::Bucket")
    original = table["delete"]

    def delete(name: str, properties: Properties) -> None:
        bucket = s3._buckets.get(name)
        if bucket and (bucket["objects"] or s3._bucket_has_versions(name)):
            raise ValueError("The bucket you tried to delete is not empty.")
        original(name, properties)

    table["delete"] = delete
