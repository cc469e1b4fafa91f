"""Django with nothing but django-s3direct's route; loaded by gunicorn in the peers' own Python."""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import include, path

settings.configure(
    SECRET_KEY="only-for-this-benchmark",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["s3direct"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    AWS_ACCESS_KEY_ID="AKIASIGNER",
    AWS_SECRET_ACCESS_KEY="signer-secret",
    AWS_STORAGE_BUCKET_NAME="photos",
    AWS_S3_REGION_NAME="ap-south-1",
    AWS_S3_ENDPOINT_URL="https://s3.ap-south-1.amazonaws.com",
    S3DIRECT_DESTINATIONS={
        "photos": {
            "key": "u",
            "allowed": ["image/jpeg"],
            "acl": "private",
            "content_length_range": (1, 5_000_000),
        }
    },
)
django.setup()

urlpatterns = [
    path("s3direct/", include("s3direct.urls")),
    path("readyz", lambda _request: JsonResponse({"ready": True})),
]
app = get_wsgi_application()
