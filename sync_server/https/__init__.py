"""HTTPS without a public domain: the company's own certificate authority, and the page that installs it on phones."""

from sync_server.https.certificates import CertificateProblem, Issued, days_left, issue, read_names
from sync_server.https.serving import Tls, answer_waits, configured, serve

__all__ = [
    "CertificateProblem",
    "Issued",
    "Tls",
    "answer_waits",
    "configured",
    "days_left",
    "issue",
    "read_names",
    "serve",
]
