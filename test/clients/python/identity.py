"""Signatures that a server verifies, and a certificate that a client verifies."""

import os
import ssl
import tempfile
from urllib.parse import urlsplit

from reporting import error_of, kinesis, report, without_metadata

URL = urlsplit(os.environ["AWS_ENDPOINT_URL_KINESIS"])


def certificate():
    """Writes the certificate that the server presents to a file. Users get this file from the operator of the server."""
    with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False) as file:
        file.write(ssl.get_server_certificate((URL.hostname, URL.port)))
    return file.name


trust = {}
if URL.scheme == "https":
    trust = {"verify": certificate()}

WRONG_KEY = {"aws_access_key_id": "AKIDSOMEONE"}
WRONG_SECRET = {"aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": "wrong"}

right = without_metadata(kinesis(**trust).list_streams())
report(
    right=right["StreamNames"],
    wrongKey=error_of(kinesis(**trust, aws_secret_access_key="wrong", **WRONG_KEY).list_streams),
    wrongSecret=error_of(kinesis(**trust, **WRONG_SECRET).list_streams),
    untrusted=error_of(kinesis().list_streams) if URL.scheme == "https" else None,
)
