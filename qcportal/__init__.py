"""Doorstep quality-check portal: `create_app` puts the house together."""

from typing import Any

from flask import Flask
from flask_openapi.models.info import Info
from flask_openapi.openapi import OpenAPI
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from qcportal import blueprints, config, history, logs, mail, webhooks
from qcportal.blueprints import access, assets, error_handlers, headers, jinja, languages
from qcportal.blueprints.sheet import sheet
from qcportal.blueprints.showing import frames
from qcportal.config import Settings
from qcportal.db import db, read_json
from qcportal.storage import PhotoStore, StoreSettings

VERSION = "0.1.0"
DESCRIPTION = (
    "Doorstep quality checks: merchants register returns, phones fetch pre-signed upload forms "
    "and send photos straight to S3, the relay reports what arrived."
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the app; raises ConfigError when the settings are not complete."""
    settings = settings or config.from_environment()
    settings.check()
    logs.set_up(settings.log_level)
    app = OpenAPI(
        __name__,
        info=Info(title="qcportal", version=VERSION, description=DESCRIPTION),
        security_schemes=SECURITY_SCHEMES,
        validation_error_status=400,
        validation_error_callback=error_handlers.from_validation,
        doc_prefix="/api",
        doc_url="/openapi.json",
        doc_ui=False,
        static_folder=None,
    )
    app.openapi_version = "3.1.0"
    _configure(app, settings)
    blueprints.limit_bodies(app)
    languages.register(app)
    csrf = CSRFProtect(app)
    db.init_app(app)
    history.listen(webhooks.collect)
    history.listen(mail.collect)
    assets.register(app)
    jinja.register(app)
    frames.register(app)
    error_handlers.register(app)
    headers.register(app)
    if settings.environment == "development":
        app.register_blueprint(sheet)
    blueprints.register(app)
    for audience in blueprints.AUDIENCES.values():
        if not audience.csrf:
            csrf.exempt(audience.blueprint())
    app.teardown_request(access.end)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.extensions["qcportal.settings"] = settings
    app.extensions["qcportal.store"] = PhotoStore(_store_settings(settings))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-csrf" if settings.secure_cookies else "csrf",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=43_200,
        # Our own pages say `Referrer-Policy: no-referrer`, so over https no form has a referrer
        # that could be checked; the token and the cookie's SameSite are what is.
        WTF_CSRF_SSL_STRICT=False,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_FORM_MEMORY_SIZE=1_048_576,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


PLANNING = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
"""Postgres compiles a statement that it takes for a large one, and starts processes for it, for
longer than ours ever take. What a page looks at lies in memory or on a disk without a head: taken
for far apart, as by default, it would be read whole to find a few rows."""


def _engine_options(url: str) -> dict[str, object]:
    # What a failed statement was given, a customer's phone number say, is nothing for a log.
    both: dict[str, object] = {"hide_parameters": True, "json_deserializer": read_json}
    if url.startswith("sqlite"):
        return both
    pool = {"pool_size": 8, "max_overflow": 8, "pool_timeout": 5}
    plain: dict[str, object] = {} if "options=" in url else {"options": PLANNING}
    return both | pool | {"connect_args": plain}


def _store_settings(settings: Settings) -> StoreSettings:
    return StoreSettings(
        bucket=settings.bucket,
        region=settings.region,
        endpoint_url=settings.s3_endpoint or None,
        public_endpoint_url=settings.s3_public_endpoint or None,
        addressing="path" if settings.s3_endpoint else "virtual",
        signer_access_key=settings.signer_access_key_id or None,
        signer_secret_key=settings.signer_secret_access_key or None,
        reader_access_key=settings.portal_access_key_id or None,
        reader_secret_key=settings.portal_secret_access_key or None,
        form_lifetime=settings.form_lifetime,
        minimum_form_lifetime=settings.form_minimum_lifetime,
        checksum_fields=settings.form_checksums,
    )


SECURITY_SCHEMES: dict[str, Any] = {
    "device": {
        "type": "http",
        "scheme": "bearer",
        "description": "Device token, given once at enrolment",
    },
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A merchant's API key with scopes",
    },
    "relay": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks signature over id, timestamp and raw body",
    },
}
