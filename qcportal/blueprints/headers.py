"""Headers of every answer, errors included: what browsers may do, and what nobody may keep."""

import zlib

from flask import Flask, Response, current_app, request

from qcportal.blueprints import access
from qcportal.blueprints.languages import for_programs
from qcportal.storage import PhotoStore

PACKED = ("application/json", "application/problem+json", "text/html", "text/csv")
SMALLEST = 1_000


def register(app: Flask) -> None:
    """Add the headers after every request, and pack what is worth packing."""
    app.after_request(_protect)
    app.after_request(_pack)


def policy(bucket_origin: str, *, https: bool) -> str:
    """Give the Content-Security-Policy: our own scripts and styles, the bucket's pictures."""
    rules = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        f"connect-src 'self' {bucket_origin}",
        f"img-src 'self' {bucket_origin}",
        f"media-src {bucket_origin}",
        f"form-action 'self' {bucket_origin}",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    return "; ".join([*rules, "upgrade-insecure-requests"] if https else rules)


def _protect(response: Response) -> Response:
    store: PhotoStore = current_app.extensions["qcportal.store"]
    secure = access.settings().secure_cookies
    content = "default-src 'none'; frame-ancestors 'none'"
    if not for_programs() or response.mimetype == "text/html":
        content = policy(store.public_origin, https=secure)
    headers = response.headers
    headers["Content-Security-Policy"] = content
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return response


def _pack(response: Response) -> Response:
    """Pack with gzip what a phone on EDGE waits for; the bodies of one call are never streamed."""
    if (
        response.mimetype not in PACKED
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or "gzip" not in request.headers.get("Accept-Encoding", "")
    ):
        return response
    body = response.get_data()
    if len(body) >= SMALLEST:
        response.set_data(_packed(body, response.mimetype))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _packed(body: bytes, mimetype: str) -> bytes:
    """Pack with gzip; our JSON is mostly ids and digests, where short repeats do not pay."""
    strategy = zlib.Z_DEFAULT_STRATEGY if mimetype.startswith("text/") else zlib.Z_FILTERED
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16, zlib.DEF_MEM_LEVEL, strategy)
    return packer.compress(body) + packer.flush()
