"""Our signer against boto3, byte for byte, with botocore's clock stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import boto3
import botocore.auth
import botocore.signers
import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from qcportal import sigv4

AT = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
KEYS = sigv4.Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG")
TEMPORARY = sigv4.Credentials("ASIAEXAMPLE", "secret+/=", "token+/=%", AT + timedelta(hours=1))
BUCKET = sigv4.Bucket("proofs", "ap-south-1")

texts = st.text(st.characters(codec="utf-8"), max_size=30)
ascii_texts = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2090, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
)
credentials = st.builds(
    sigv4.Credentials, ascii_texts, ascii_texts, session_token=st.none() | ascii_texts
)
conditions = st.lists(
    st.one_of(
        st.dictionaries(texts, texts, min_size=1, max_size=2),
        st.tuples(st.just("starts-with"), texts, texts),
        st.tuples(st.just("content-length-range"), st.integers(0), st.integers(0)),
    ),
    max_size=6,
)
keys = texts.filter(bool) | texts.map(lambda text: text + "${filename}")
fields = st.dictionaries(texts.filter(lambda name: name != "key"), texts, max_size=5)


@contextmanager
def botocore_at(moment: datetime) -> Iterator[None]:
    """Stop botocore's clock; its two signing modules each hold a reference of their own."""
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda: naive)
        patch.setattr(botocore.signers, "get_current_datetime", lambda: naive)
        yield


CLIENTS: dict[tuple[str | None, str, str], Any] = {}


def boto(bucket: sigv4.Bucket, keys: sigv4.Credentials) -> Any:
    """Give a boto3 client that signs with `keys`; clients are slow to make and are kept."""
    place = (bucket.endpoint, bucket.addressing, bucket.region)
    if place not in CLIENTS:
        CLIENTS[place] = boto3.client(
            "s3",
            region_name=bucket.region,
            endpoint_url=bucket.endpoint,
            aws_access_key_id="x",
            aws_secret_access_key="x",
            config=Config(signature_version="s3v4", s3={"addressing_style": bucket.addressing}),
        )
    frozen = botocore.credentials.Credentials(keys.access_key, keys.secret_key, keys.session_token)
    CLIENTS[place]._request_signer._credentials = frozen
    return CLIENTS[place]


def boto_form(form: sigv4.Form, scope: sigv4.Scope, terms: sigv4.Terms) -> dict[str, Any]:
    with botocore_at(scope.at):
        signed: dict[str, Any] = boto(BUCKET, scope.credentials).generate_presigned_post(
            terms.bucket,
            form.key,
            Fields={**terms.fields, **form.fields},
            Conditions=[*terms.conditions, *form.conditions],
            ExpiresIn=terms.expires_in,
        )
    return signed


@settings(deadline=None, max_examples=300)
@given(
    st.builds(sigv4.Form, keys, fields, conditions),
    st.builds(sigv4.Scope, credentials, st.just("ap-south-1"), moments),
    st.builds(sigv4.Terms, st.just("proofs"), st.integers(1, 604_800), fields, conditions),
)
def test_a_form_equals_botos_byte_for_byte(
    form: sigv4.Form, scope: sigv4.Scope, terms: sigv4.Terms
) -> None:
    expected = boto_form(form, scope, terms)["fields"]
    assert list(sigv4.sign_post(form, scope, terms).items()) == list(expected.items())


@settings(deadline=None, max_examples=30)
@given(st.lists(st.builds(sigv4.Form, keys, fields, conditions), max_size=5), conditions)
def test_signing_in_a_batch_gives_the_same_pairs(
    forms: list[sigv4.Form], shared: list[sigv4.Condition]
) -> None:
    scope = sigv4.Scope(TEMPORARY, "ap-south-1", AT)
    terms = sigv4.Terms("proofs", 3600, {"success_action_status": "201"}, shared)
    expected = [boto_form(form, scope, terms)["fields"] for form in forms]
    signer = sigv4.FormSigner(scope, terms)
    assert [signer.sign(form) for form in forms] == [
        (fields["policy"], fields["x-amz-signature"]) for fields in expected
    ]


ENDPOINTS = [
    None,
    "https://s3.example.org",
    "https://s3.example.org/",
    "https://s3.example.org:443",
    "https://s3.example.org:9000/base",
]
# Not a dotted bucket on plain http: boto3 would put it before the host, even before an IP address.
PLACES = [
    *((endpoint, name) for endpoint in ENDPOINTS for name in ("proofs", "proofs.of.return")),
    ("http://127.0.0.1:4566", "proofs"),
    ("http://localhost:80", "proofs"),
]


@pytest.mark.parametrize("addressing", ["virtual", "path"])
@pytest.mark.parametrize(("endpoint", "name"), PLACES)
@pytest.mark.parametrize("keys", [KEYS, TEMPORARY], ids=["fixed", "temporary"])
def test_a_reading_url_equals_botos(
    addressing: str, endpoint: str | None, keys: sigv4.Credentials, name: str
) -> None:
    bucket = sigv4.Bucket(name, "ap-south-1", endpoint, addressing)
    given_query = {
        "versionId": "3/L4+kqt=",
        "response-content-type": "image/jpeg",
        "response-content-disposition": "attachment; filename*=UTF-8''%E0%A4%AB.jpg",
        "response-cache-control": "private, max-age=180",
    }
    url = sigv4.presign_get(
        bucket,
        "u/2026/a b+ü~//फ.jpg",
        sigv4.Scope(keys, "ap-south-1", AT),
        expires_in=300,
        query=given_query,
    )
    with botocore_at(AT):
        expected = boto(bucket, keys).generate_presigned_url(
            "get_object",
            Params={
                "Bucket": name,
                "Key": "u/2026/a b+ü~//फ.jpg",
                "VersionId": given_query["versionId"],
                "ResponseContentType": given_query["response-content-type"],
                "ResponseContentDisposition": given_query["response-content-disposition"],
                "ResponseCacheControl": given_query["response-cache-control"],
            },
            ExpiresIn=300,
        )
    assert url == expected


@settings(deadline=None, max_examples=100)
@given(texts.filter(lambda key: key.strip("/") != ""), credentials, moments, ascii_texts)
def test_any_key_and_version_is_signed_as_boto_does(
    key: str, keys: sigv4.Credentials, at: datetime, version: str
) -> None:
    with botocore_at(at):
        expected = boto(BUCKET, keys).generate_presigned_url(
            "get_object",
            Params={"Bucket": "proofs", "Key": key, "VersionId": version},
            ExpiresIn=60,
        )
    scope = sigv4.Scope(keys, "ap-south-1", at)
    assert expected == sigv4.presign_get(
        BUCKET, key, scope, expires_in=60, query={"versionId": version}
    )


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:4566", "https://s3.example.org/x"])
@pytest.mark.parametrize("addressing", ["virtual", "path"])
def test_forms_go_to_the_address_boto_names(endpoint: str | None, addressing: str) -> None:
    bucket = sigv4.Bucket("proofs", "ap-south-1", endpoint, addressing)
    assert bucket.url == boto(bucket, KEYS).generate_presigned_post("proofs", "k")["url"]


def test_mumbai_forms_go_to_the_regional_virtual_host_with_version_four_only() -> None:
    assert BUCKET.url == "https://proofs.s3.ap-south-1.amazonaws.com/"
    scope = sigv4.Scope(KEYS, "ap-south-1", AT)
    fields = sigv4.sign_post(sigv4.Form("k"), scope, sigv4.Terms("proofs", 60))
    assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert fields["x-amz-credential"] == "AKIDEXAMPLE/20260131/ap-south-1/s3/aws4_request"
    assert not {"AWSAccessKeyId", "signature"} & set(fields)


def test_the_signing_key_is_derived_once_a_day_per_region() -> None:
    sigv4.day_of.cache_clear()
    for second in range(3):
        scope = sigv4.Scope(KEYS, "ap-south-1", AT - timedelta(seconds=second))
        sigv4.sign_post(sigv4.Form("k"), scope, sigv4.Terms("proofs", 60))
    assert sigv4.day_of.cache_info().misses == 1
    tomorrow = sigv4.Scope(KEYS, "ap-south-1", AT + timedelta(seconds=1))
    assert tomorrow.key != sigv4.Scope(KEYS, "ap-south-1", AT).key


def test_credentials_do_not_show_their_secrets() -> None:
    shown = repr(TEMPORARY)
    assert "ASIAEXAMPLE" in shown
    assert TEMPORARY.secret_key not in shown
    assert str(TEMPORARY.session_token) not in shown
    day = sigv4.Scope(TEMPORARY, "ap-south-1", AT).day
    assert repr(day.key) not in repr(day)
    assert str(TEMPORARY.session_token) not in repr(day)
