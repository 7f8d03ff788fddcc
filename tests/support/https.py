"""A reverse proxy with HTTPS on loopback, its certificate by an authority made for the occasion."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server

from core.clock import now
from tests.support.browser import SilentHandler

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Proxy:
    """What nginx does in deploy/nginx.conf, or what a test makes it do instead."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.names_scheme = True  # sets X-Forwarded-Proto
        self.passes_on = False  # what visitors say of themselves
        self.answers = True

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Hand one request on."""
        if not self.answers:
            start("502 Bad Gateway", [("Content-Type", "text/html")])
            return [b"<h1>502</h1>"]
        said: Any = environ.pop("HTTP_X_FORWARDED_PROTO", None)
        if self.names_scheme:
            environ["HTTP_X_FORWARDED_PROTO"] = said if said and self.passes_on else "https"
        environ["wsgi.url_scheme"] = "http"  # between the proxy and us
        return self.app(environ, start)


@contextmanager
def https_server(proxy: Proxy, folder: Path, days: int = 90) -> Iterator[tuple[str, Path]]:
    """Its address, and the file of the authority to trust, until the block ends."""
    authority, pair = _certificates(folder, days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    server = make_server(
        "127.0.0.1", 0, proxy, threaded=True, request_handler=SilentHandler, ssl_context=context
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}", authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificates(folder: Path, days: int) -> tuple[Path, Path]:
    """Files of the authority's certificate, and of the server's with its key."""
    ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of a test")])
    root = (
        _begun(name, name, ours.public_key(), days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ours, hashes.SHA256())
    )
    host = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    leaf = (
        _begun(host, name, theirs.public_key(), days)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(ours, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = theirs.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    authority, pair = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(root.public_bytes(pem))
    pair.write_bytes(leaf.public_bytes(pem) + private)
    return authority, pair


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(hours=1))
        .not_valid_after(now() + timedelta(days=days))
    )
