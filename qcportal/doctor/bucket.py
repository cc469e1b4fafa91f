"""The bucket's settings, each judged by itself from what S3 answers. Pure.

The shapes are those of boto3's `get_bucket_*` answers; {} is a setting that was never made.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from qcportal.doctor.findings import Finding, failed, ok, warning

UPLOADS, PICTURES, DOWNLOADS = "u/", "c/", "x/"
ALL, POSTS = "s3:ObjectCreated:*", "s3:ObjectCreated:Post"
SLOW_CLASSES = {"GLACIER", "DEEP_ARCHIVE"}
TEMPLATE = "deploy/aws.yaml sets it: deploy the stack again"
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

Answer = Mapping[str, Any]


def judge_location(answer: Answer, region: str) -> Finding:
    """Judge where the bucket is."""
    # Amazon S3 API, GetBucketLocation: empty for us-east-1, "EU" for an old eu-west-1.
    given = answer.get("LocationConstraint") or "us-east-1"
    actual = "eu-west-1" if given == "EU" else given
    if actual == region:
        return ok("region", f"the bucket is in {region}")
    return failed(
        "region",
        f"the bucket is in {actual}, the portal signs for {region}: S3 refuses every form",
        f"Set QCPORTAL_REGION={actual}.",
    )


def judge_versioning(answer: Answer) -> Finding:
    """Judge whether a second upload could replace the first."""
    status = answer.get("Status", "never switched on")
    if status == "Enabled":
        return ok("versioning", "enabled")
    return failed(
        "versioning",
        f"it is {status.lower()}: a second upload under a key would replace the evidence",
        f"{TEMPLATE}, or `aws s3api put-bucket-versioning --bucket <bucket>"
        " --versioning-configuration Status=Enabled`.",
    )


def judge_cors(answer: Answer) -> Finding:
    """Judge whether a web page may post a form; native apps need no leave."""
    posting = [rule for rule in answer.get("CORSRules", []) if "POST" in rule["AllowedMethods"]]
    origins = sorted({origin for rule in posting for origin in rule["AllowedOrigins"]})
    if origins:
        return ok("cors", f"web pages of {', '.join(origins)} may post forms")
    return failed(
        "cors",
        "no CORS rule allows POST: a field app that is a web page cannot send photos",
        f"{TEMPLATE} (parameter AllowedOrigins).",
    )


def judge_notification(answer: Answer) -> Finding:
    """Judge whether every upload is told to a queue."""
    best = [_judge_route(route) for route in answer.get("QueueConfigurations", [])]
    for wanted in (None, "warning"):
        for said, severity in best:
            if severity == wanted:
                return (
                    ok("notification", said)
                    if severity is None
                    else warning("notification", said, TEMPLATE + ".")
                )
    if best:
        return failed("notification", best[0][0], TEMPLATE + ".")
    return _judge_other_routes(answer)


def queue_arn(answer: Answer) -> str:
    """Give the queue that uploads are told to, "" when there is none."""
    return next((str(route["QueueArn"]) for route in answer.get("QueueConfigurations", [])), "")


def dead_letter_arn(attributes: Mapping[str, str]) -> str:
    """Give the dead-letter queue of a queue with these attributes, "" when it has none."""
    policy = json.loads(attributes.get("RedrivePolicy") or "{}")
    return str(policy.get("deadLetterTargetArn", ""))


def judge_queue(attributes: Mapping[str, str], dead: Mapping[str, str] | None) -> Finding:
    """Judge the queue by its attributes and, where it has one, its dead-letter queue's."""
    if dead is None:
        said = "it has no dead-letter queue: what the portal never took is dropped silently"
        return failed("queue", said, TEMPLATE + ".")
    waiting, given_up = _visible(attributes), _visible(dead)
    if given_up:
        return warning(
            "queue",
            f"{given_up} arrivals are in the dead-letter queue: the portal never took them",
            'Mend the cause, then redrive them: deploy/README.md, "Dead letters".',
        )
    return ok("queue", f"{waiting} waiting, no dead letters")


def judge_lifecycle(answer: Answer) -> Finding:
    """Judge whether evidence could expire, or move where it cannot be read at once."""
    rules = [rule for rule in answer.get("Rules", []) if rule.get("Status") == "Enabled"]
    for rule in filter(_touches_evidence, rules):
        name, prefix = rule.get("ID", "without a name"), _prefix(rule) or "the whole bucket"
        if _expires(rule):
            said = f"rule {name!r} deletes under {prefix}: evidence in a dispute would vanish"
            return failed("lifecycle", said, "Limit the rule to d/ (thumbnails), or remove it.")
        if _archives(rule):
            said = f"rule {name!r} archives under {prefix}: such photos do not open at once"
            mend = "Use STANDARD_IA or GLACIER_IR, which read at once."
            return warning("lifecycle", said, mend)
    said = f"nothing under {UPLOADS} or {PICTURES} expires"
    if rules and not any(_prefix(rule) == DOWNLOADS and _expires(rule) for rule in rules):
        mend = f"Expire {DOWNLOADS} after 8 days, as deploy/aws.yaml does."
        return warning("lifecycle", f"{said}, but made files under {DOWNLOADS} stay too", mend)
    return ok("lifecycle", said)


def judge_public_access(answer: Answer) -> Finding:
    """Judge whether somebody could make the photos public by mistake."""
    blocks = answer.get("PublicAccessBlockConfiguration", {})
    open_ = [name for name in BLOCKS if not blocks.get(name)]
    if not open_:
        return ok("public access", "blocked")
    said = f"not blocked ({', '.join(open_)}): one wrong policy would show everybody's photos"
    return failed("public access", said, TEMPLATE + ".")


def judge_encryption(answer: Answer) -> Finding:
    """Judge whether the bucket encrypts what it stores."""
    rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    names = [
        rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
        for rule in rules
        if "ApplyServerSideEncryptionByDefault" in rule
    ]
    if names:
        return ok("encryption", f"by default with {names[0]}")
    return warning("encryption", "no default encryption is set", TEMPLATE + ".")


def _judge_route(route: Answer) -> tuple[str, str | None]:
    """Give what is to be said of one route, and how bad that is (None for well)."""
    events, rules = route.get("Events", []), _filter_rules(route)
    prefix, suffix = rules.get("prefix", ""), rules.get("suffix", "")
    queue = str(route["QueueArn"]).rpartition(":")[2]
    if not UPLOADS.startswith(prefix):
        return f"only uploads under {prefix} are told, photos are under {UPLOADS}", "failed"
    if suffix:
        return f"only keys that end in {suffix} are told", "failed"
    if ALL not in events and POSTS not in events:
        said = f"only {', '.join(events)} is told: uploads by form are ObjectCreated:Post"
        return said, "failed"
    if ALL not in events:
        return f"only {', '.join(events)} is told, not {ALL}", "warning"
    if prefix != UPLOADS:
        return f"everything in the bucket is told to {queue}, not only {UPLOADS}", "warning"
    return f"{ALL} under {UPLOADS} is told to the queue {queue}", None


def _judge_other_routes(answer: Answer) -> Finding:
    if answer.get("LambdaFunctionConfigurations"):
        said = "S3 calls a function directly: after three tries an upload would be forgotten"
        return failed("notification", said, TEMPLATE + ".")
    for name, route in {
        "TopicConfigurations": "a topic",
        "EventBridgeConfiguration": "EventBridge",
    }.items():
        if name in answer:
            said = f"uploads are told to {route}; whether a queue listens there is not seen here"
            mend = "Watch the probe below, and see that a queue with dead letters stands behind it."
            return warning("notification", said, mend)
    said = "the bucket tells nobody of uploads: photos would arrive and never show"
    return failed("notification", said, TEMPLATE + ".")


def _filter_rules(route: Answer) -> dict[str, str]:
    rules: Sequence[Answer] = route.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return {str(rule["Name"]).lower(): str(rule["Value"]) for rule in rules}


def _visible(attributes: Mapping[str, str]) -> int:
    return int(attributes.get("ApproximateNumberOfMessages", "0"))


def _prefix(rule: Answer) -> str:
    given = rule.get("Filter", {})
    within = given.get("And", {}).get("Prefix") or given.get("Prefix")
    return str(within or rule.get("Prefix") or "")


def _touches_evidence(rule: Answer) -> bool:
    prefix = _prefix(rule)
    kept = (UPLOADS, PICTURES)
    return any(prefix.startswith(each) or each.startswith(prefix) for each in kept)


def _expires(rule: Answer) -> bool:
    expiration = rule.get("Expiration", {})
    return bool({"Days", "Date"} & expiration.keys() or "NoncurrentVersionExpiration" in rule)


def _archives(rule: Answer) -> bool:
    moves = [*rule.get("Transitions", []), *rule.get("NoncurrentVersionTransitions", [])]
    return any(move.get("StorageClass") in SLOW_CLASSES for move in moves)
