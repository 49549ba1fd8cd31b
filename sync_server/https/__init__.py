"""HTTPS without a public domain: an authority of the company's own, and the page that brings it onto phones."""

from sync_server.https.certificates import CertificateProblem, Issued, days_left, issue, read_names
from sync_server.https.serving import Tls, configured, serve

__all__ = ["CertificateProblem", "Issued", "Tls", "configured", "days_left", "issue", "read_names", "serve"]
