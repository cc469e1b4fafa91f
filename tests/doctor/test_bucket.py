"""Each setting of the bucket judged from what S3 answers, sound and in every way wrong."""

from typing import Any

import pytest

from qcportal.doctor import bucket
from qcportal.doctor.findings import Finding, Verdict

OK, WARNING, FAILED = Verdict.OK, Verdict.WARNING, Verdict.FAILED
QUEUE = "arn:aws:sqs:ap-south-1:111122223333:arrivals"


def route(*events: str, prefix: str = "u/", suffix: str = "") -> dict[str, Any]:
    rules = [{"Name": "Prefix", "Value": prefix}, {"Name": "Suffix", "Value": suffix}]
    rules = [rule for rule in rules if rule["Value"]]
    events = events or ("s3:ObjectCreated:*",)
    return {
        "QueueArn": QUEUE,
        "Events": list(events),
        "Filter": {"Key": {"FilterRules": rules}},
    }


def lifecycle(prefix: str, **action: Any) -> dict[str, Any]:
    return {"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": prefix}, **action}]}


def check(finding: Finding, verdict: Verdict, words: str) -> None:
    assert (finding.verdict, words in finding.said) == (verdict, True), finding
    assert bool(finding.mend) == (verdict is not OK)


@pytest.mark.parametrize(
    ("constraint", "region", "verdict"),
    [
        ("ap-south-1", "ap-south-1", OK),
        (None, "us-east-1", OK),
        ("EU", "eu-west-1", OK),
        (None, "ap-south-1", FAILED),
    ],
)
def test_the_bucket_must_be_where_forms_are_signed_for(
    constraint: str | None, region: str, verdict: Verdict
) -> None:
    finding = bucket.judge_location({"LocationConstraint": constraint}, region)
    assert finding.verdict is verdict


def test_the_mend_of_a_wrong_region_names_the_right_one() -> None:
    finding = bucket.judge_location({"LocationConstraint": "eu-north-1"}, "ap-south-1")
    assert finding.mend == "Set QCPORTAL_REGION=eu-north-1."


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ({"Status": "Enabled"}, OK, "enabled"),
        ({"Status": "Suspended"}, FAILED, "suspended"),
        ({}, FAILED, "never switched on"),
    ],
)
def test_versioning_must_be_on(answer: dict[str, str], verdict: Verdict, words: str) -> None:
    check(bucket.judge_versioning(answer), verdict, words)


@pytest.mark.parametrize(
    ("methods", "verdict", "words"),
    [
        (["POST"], OK, "https://field.example"),
        (["GET", "POST"], OK, "https://field.example"),
        (["GET", "PUT"], FAILED, "no CORS rule allows POST"),
    ],
)
def test_a_cors_rule_must_allow_posts(methods: list[str], verdict: Verdict, words: str) -> None:
    rule = {"AllowedMethods": methods, "AllowedOrigins": ["https://field.example"]}
    check(bucket.judge_cors({"CORSRules": [rule]}), verdict, words)


def test_a_bucket_without_cors_rules_is_told_apart_from_a_sound_one() -> None:
    check(bucket.judge_cors({}), FAILED, "no CORS rule")


@pytest.mark.parametrize(
    ("routes", "verdict", "words"),
    [
        ([route()], OK, "told to the queue arrivals"),
        ([route("s3:ObjectCreated:Put")], FAILED, "ObjectCreated:Post"),
        ([route("s3:ObjectCreated:Post")], WARNING, "not s3:ObjectCreated:*"),
        ([route("s3:ObjectRemoved:*")], FAILED, "ObjectRemoved"),
        ([route(prefix="")], WARNING, "everything in the bucket"),
        ([route(prefix="uploads/")], FAILED, "only uploads under uploads/"),
        ([route(suffix=".jpg")], FAILED, "end in .jpg"),
        ([route(prefix="d/"), route()], OK, "told to the queue"),
        ([], FAILED, "tells nobody"),
    ],
)
def test_uploads_must_be_told_to_a_queue(
    routes: list[dict[str, Any]], verdict: Verdict, words: str
) -> None:
    check(bucket.judge_notification({"QueueConfigurations": routes}), verdict, words)


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ({"LambdaFunctionConfigurations": [{}]}, FAILED, "directly"),
        ({"TopicConfigurations": [{}]}, WARNING, "a topic"),
        ({"EventBridgeConfiguration": {}}, WARNING, "EventBridge"),
    ],
)
def test_other_ways_than_a_queue_are_named(
    answer: dict[str, Any], verdict: Verdict, words: str
) -> None:
    check(bucket.judge_notification(answer), verdict, words)


def test_the_queue_and_its_dead_letters_are_found_by_their_arns() -> None:
    assert bucket.queue_arn({"QueueConfigurations": [route()]}) == QUEUE
    assert bucket.queue_arn({}) == ""
    policy = f'{{"deadLetterTargetArn": "{QUEUE}-dead", "maxReceiveCount": 12}}'
    assert bucket.dead_letter_arn({"RedrivePolicy": policy}) == QUEUE + "-dead"
    assert bucket.dead_letter_arn({}) == ""


@pytest.mark.parametrize(
    ("dead", "verdict", "words"),
    [
        ({"ApproximateNumberOfMessages": "0"}, OK, "3 waiting, no dead letters"),
        ({"ApproximateNumberOfMessages": "7"}, WARNING, "7 arrivals"),
        (None, FAILED, "no dead-letter queue"),
    ],
)
def test_dead_letters_are_counted(
    dead: dict[str, str] | None, verdict: Verdict, words: str
) -> None:
    check(bucket.judge_queue({"ApproximateNumberOfMessages": "3"}, dead), verdict, words)


@pytest.mark.parametrize("prefix", ["", "u", "u/", "u/2026/", "c/"])
def test_a_rule_that_deletes_evidence_is_named(prefix: str) -> None:
    check(bucket.judge_lifecycle(lifecycle(prefix, Expiration={"Days": 30})), FAILED, "'r' deletes")
    old = {"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}
    check(bucket.judge_lifecycle(lifecycle(prefix, **old)), FAILED, "'r' deletes")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        lifecycle("d/", Expiration={"Days": 30}),
        lifecycle("", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
        lifecycle("", Expiration={"ExpiredObjectDeleteMarker": True}),
        lifecycle("u/", Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}]),
        {"Rules": [{"Status": "Disabled", "Prefix": "u/", "Expiration": {"Days": 1}}]},
    ],
)
def test_rules_that_keep_evidence_are_fine(answer: dict[str, Any]) -> None:
    ends = lifecycle("x/", Expiration={"Days": 8})["Rules"]
    check(bucket.judge_lifecycle({"Rules": [*answer.get("Rules", ()), *ends]}), OK, "expires")


def test_files_that_were_made_to_be_downloaded_should_end() -> None:
    check(bucket.judge_lifecycle({}), OK, "expires")
    answer = lifecycle("d/", Expiration={"Days": 30})
    check(bucket.judge_lifecycle(answer), WARNING, "under x/ stay")


@pytest.mark.parametrize(
    "place", [{"Prefix": "u/"}, {"Filter": {"And": {"Prefix": "u/", "Tags": []}}}]
)
def test_older_and_combined_shapes_of_a_rule_are_read(place: dict[str, Any]) -> None:
    rule = {"Status": "Enabled", "Expiration": {"Date": "2027-01-01"}, **place}
    check(bucket.judge_lifecycle({"Rules": [rule]}), FAILED, "under u/")


def test_archived_photos_are_a_warning() -> None:
    answer = lifecycle("u/", Transitions=[{"Days": 90, "StorageClass": "DEEP_ARCHIVE"}])
    check(bucket.judge_lifecycle(answer), WARNING, "do not open at once")


def test_public_access_must_be_blocked_in_all_four_ways() -> None:
    blocks = dict.fromkeys(bucket.BLOCKS, True)
    whole = {"PublicAccessBlockConfiguration": blocks}
    check(bucket.judge_public_access(whole), OK, "blocked")
    for name in bucket.BLOCKS:
        broken = {"PublicAccessBlockConfiguration": blocks | {name: False}}
        check(bucket.judge_public_access(broken), FAILED, name)
    check(bucket.judge_public_access({}), FAILED, "BlockPublicPolicy")


def test_encryption_is_named_by_its_algorithm() -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    answer = {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}
    check(bucket.judge_encryption(answer), OK, "aws:kms")
    check(bucket.judge_encryption({}), WARNING, "no default encryption")
