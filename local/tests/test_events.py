from __future__ import annotations

import io
import json
import string
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig

from emulator import cloudtrail, secretsmanager
from intake import Intake

MIB = 1024 * 1024


def test_an_upload_is_an_api_call_that_the_trail_reports(intake: Intake) -> None:
    intake.put("/t.xml", b"content")
    (event,) = intake.events("Called", 1)
    assert event["eventName"] == "PutObject" and "errorCode" not in event
    assert event["requestParameters"] == {"bucketName": intake.outputs["Bucket"], "key": "acme/t.xml"}


def test_copies_and_multipart_uploads_are_named_as_such(intake: Intake) -> None:
    s3, bucket = intake.emulator.client("s3"), intake.outputs["Bucket"]
    large = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    s3.put_object(Bucket=bucket, Key="a+ü.xml", Body=b"x")
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a+ü.xml"})
    s3.upload_fileobj(io.BytesIO(b"x" * (5 * MIB + 1)), bucket, "c", Config=large)
    s3.copy({"Bucket": bucket, "Key": "c"}, bucket, "d", Config=large)
    calls = {
        "a+ü.xml": "PutObject",
        "b": "CopyObject",
        "c": "CompleteMultipartUpload",
        "d": "CompleteMultipartUpload",
    }
    reported = intake.events("Called", 4)
    assert {event["requestParameters"]["key"]: event["eventName"] for event in reported} == calls
    created = {event["object"]["key"]: event for event in intake.events("Seen", 4)}
    assert {key: event["reason"] for key, event in created.items()} == calls
    for key, event in created.items():
        head = s3.head_object(Bucket=bucket, Key=key)
        seen = event["object"]
        assert (seen["version-id"], seen["size"]) == (head["VersionId"], head["ContentLength"])
        assert seen["etag"] == head["ETag"].strip('"') and event["bucket"]["name"] == bucket


def trail(logging: object, **fields: list[str]) -> dict[str, object]:
    selected = {"resources.type": ["AWS::S3::Object"], **fields}
    fields_of_selector: list[dict[str, object]] = [{"Field": name, "Equals": value} for name, value in selected.items()]
    fields_of_selector.append({"Field": "resources.ARN", "StartsWith": BUCKET})
    return {"IsLogging": logging, "AdvancedEventSelectors": [{"FieldSelectors": fields_of_selector}]}


BUCKET = ["arn:aws:s3:::b/"]


@pytest.mark.parametrize(
    ("properties", "prefixes"),
    [
        (trail(True), BUCKET),
        (trail("true", readOnly=["false"]), BUCKET),
        (trail(False), []),
        (trail(True, readOnly=["true"]), []),
        (trail(True, **{"resources.type": ["AWS::Lambda::Function"]}), []),
    ],
)
def test_a_trail_reports_what_its_selectors_choose(properties: dict[str, object], prefixes: list[str]) -> None:
    assert cloudtrail.selected_prefixes(properties) == prefixes


def put_event(intake: Intake, source: str, detail_type: str) -> None:
    entry = {"EventBusName": intake.outputs["Bus"], "Source": source, "DetailType": detail_type, "Detail": "{}"}
    intake.emulator.client("events").put_events(Entries=[entry])


def test_the_archive_keeps_what_its_pattern_chooses(intake: Intake) -> None:
    def archive() -> dict[str, Any]:
        client = intake.emulator.client("events")
        found: dict[str, Any] = client.describe_archive(ArchiveName=intake.outputs["Archive"])
        return found

    before = archive()
    assert (before["ArchiveArn"], before["RetentionDays"]) == (intake.outputs["ArchiveArn"], 30)
    for source, detail_type in (("b2b", "Public"), ("b2b", "Private"), ("other", "Public"), ("b2b", "Public")):
        put_event(intake, source, detail_type)
    assert archive()["EventCount"] == before["EventCount"] + 2


@pytest.mark.parametrize("detail", ["no json", "[1]", '"text"', "1", "null", "{"])
def test_a_detail_that_is_no_object_fails_its_entry_alone(intake: Intake, detail: str) -> None:
    good = {"Source": "s", "DetailType": "d", "Detail": "{}"}
    answer = intake.emulator.client("events").put_events(Entries=[good, {**good, "Detail": detail}, good])
    assert answer["FailedEntryCount"] == 1
    first, failed, last = answer["Entries"]
    assert failed == {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert first["EventId"] != last["EventId"]


@pytest.mark.parametrize("missing", ["Source", "DetailType", "Detail"])
def test_an_entry_needs_its_parts(intake: Intake, missing: str) -> None:
    entry = {"Source": "s", "DetailType": "d", "Detail": "{}"}
    del entry[missing]
    (failed,) = intake.emulator.client("events").put_events(Entries=[entry])["Entries"]
    assert failed["ErrorCode"] == "InvalidArgument" and missing in failed["ErrorMessage"]


def test_a_secret_is_referred_to_by_its_arn_and_generated_by_its_rules(intake: Intake) -> None:
    arn = intake.outputs["SecretArn"]
    assert arn.startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:")
    value = intake.emulator.client("secretsmanager").get_secret_value(SecretId=arn)
    secret = json.loads(value["SecretString"])
    assert secret["username"] == "AC1"
    assert len(secret["password"]) == 40 and secret["password"].isalnum()


def test_a_password_has_one_of_each_class_and_none_of_the_excluded() -> None:
    for _ in range(50):
        password = secretsmanager.generate_password({"PasswordLength": 4, "ExcludeCharacters": '!"#'})
        assert all(set(password) & set(members) for members in (string.ascii_lowercase, string.digits))
        assert not set(password) & set('!"#')
    only_digits = {"ExcludeLowercase": True, "ExcludeUppercase": "true", "ExcludePunctuation": True}
    assert secretsmanager.generate_password(only_digits).isdigit()


def test_rules_that_leave_nothing_are_refused() -> None:
    rules = {f"Exclude{name}": True for name in ("Lowercase", "Uppercase", "Numbers", "Punctuation")}
    with pytest.raises(ValueError, match="no characters"):
        secretsmanager.generate_password(rules)
