"""HTTPS with an authority of one's own: really served, really verified, and bound to inside networks."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import BrowserContext
from typer.testing import CliRunner, Result

from sync_server import cli, https
from sync_server.auth.throttle import FREE_ADDRESS
from sync_server.https import certificates
from tests.support.project import ROOT

ENV = ROOT / "build" / "systemd" / "server.env.example"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority and a server certificate for an address of an inside network."""
    place = tmp_path_factory.mktemp("certificates")
    https.issue(place, ["192.168.1.10", "shangmen.lan"])
    return place


PROXIES = {
    name: value
    for name, _, value in (line.partition("=") for line in ENV.read_text(encoding="utf-8").splitlines())
    if name == "SHANGMEN_TRUSTED_PROXIES"
}
"""What the recipe for a server behind Caddy sets."""


class Running:
    """The server started by its command line, over HTTPS."""

    def __init__(self, certificates: Path, data: Path) -> None:
        self.port, self.page_port = free_port(), free_port()
        self.authority = certificates / "authority.crt"
        command: list[str | Path] = [
            sys.executable, "-m", "sync_server", "run", "--host", "127.0.0.1", "--port", str(self.port),
            "--certificate", certificates / "server.crt", "--key", certificates / "server.key",
            "--authority", self.authority, "--authority-port", str(self.page_port),
        ]  # fmt: skip
        settings = {**os.environ, "SHANGMEN_DATA_DIR": str(data), "SHANGMEN_DATABASE_URL": "", "PYTHONUTF8": "1"}
        settings |= PROXIES
        self.process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 30
        while not all(self._answers(port) for port in (self.port, self.page_port)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError("the server did not start")
            time.sleep(0.05)

    @staticmethod
    def _answers(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def get(self, host: str, authority: Path | None = None) -> requests.Response:
        """Ask the server's health as a client that trusts one authority and nothing else."""
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(authority or self.authority)
            return session.get(f"https://{host}:{self.port}/v1/health", timeout=10)


@pytest.fixture(scope="module")
def running(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for this module's tests."""
    server = Running(folder, tmp_path_factory.mktemp("data"))
    yield server
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(15)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_client_that_trusts_the_authority_is_served_by_address_and_by_name(running: Running, host: str) -> None:
    answer = running.get(host)
    assert answer.status_code == 200 and answer.json()["status"] == "ok"


def test_the_recipe_s_proxy_is_believed_by_the_server_that_its_command_starts(running: Running) -> None:
    """A16: behind Caddy each phone has its own address; guessers slow down themselves and nobody else."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(running.authority)
        said = {
            session.post(
                f"https://127.0.0.1:{running.port}/v1/join",
                json={"code": "7KQM3XWP"},
                headers={"X-Forwarded-For": f"10.0.0.{n}"},
                timeout=20,
            ).status_code
            for n in range(FREE_ADDRESS + 1)
        }
    assert said == {401}


def test_another_authority_is_refused(running: Running, tmp_path: Path) -> None:
    https.issue(tmp_path, ["192.168.1.10"])
    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        running.get("127.0.0.1", tmp_path / "authority.crt")


def test_the_plain_page_hands_out_the_authority_and_its_fingerprint(running: Running) -> None:
    page = requests.get(f"http://127.0.0.1:{running.page_port}/", timeout=10)
    authority = x509.load_pem_x509_certificate(running.authority.read_bytes())
    assert certificates.fingerprint(authority) in page.text
    assert f"https://192.168.1.10:{running.port}/" in page.text and "证书信任设置" in page.text
    handed = requests.get(f"http://127.0.0.1:{running.page_port}/shangmen-ca.crt", timeout=10)
    assert handed.headers["content-type"] == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(handed.content) == authority
    assert requests.get(f"http://127.0.0.1:{running.page_port}/authority.key", timeout=10).status_code == 404


def test_a_page_over_it_is_a_secure_context(running: Running, phone_context: Callable[..., BrowserContext]) -> None:
    page = phone_context(ignore_https_errors=True).new_page()
    page.goto(f"https://127.0.0.1:{running.port}/docs", wait_until="commit")
    allowed = page.evaluate("[isSecureContext, 'serviceWorker' in navigator, !!navigator.storage.getDirectory]")
    assert allowed == [True, True, True]


def test_what_apple_asks_of_a_certificate(folder: Path) -> None:
    server = certificates.read(folder / "server.crt")
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=825)
    usage = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [item.dotted_string for item in usage] == ["1.3.6.1.5.5.7.3.1"]
    assert https.read_names(folder / "server.crt") == ("192.168.1.10", "shangmen.lan", "localhost", "127.0.0.1")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions; the folder's owner alone counts there")
@pytest.mark.parametrize("name", ["authority.key", "server.key"])
def test_keys_are_for_their_owner_alone(folder: Path, name: str) -> None:
    assert (folder / name).stat().st_mode & 0o777 == 0o600


def test_renewing_keeps_the_authority_and_the_names(tmp_path: Path) -> None:
    first = https.issue(tmp_path, ["192.168.1.10"])
    before = (tmp_path / "authority.crt").read_bytes(), (tmp_path / "server.crt").read_bytes()
    later = https.issue(tmp_path, now=datetime.now(UTC) + timedelta(days=700))
    assert first.new_authority and not later.new_authority
    assert (tmp_path / "authority.crt").read_bytes() == before[0]
    assert (tmp_path / "server.crt").read_bytes() != before[1]
    assert later.names == first.names and later.until > first.until


def test_another_inside_address_needs_no_new_authority(tmp_path: Path) -> None:
    https.issue(tmp_path, ["192.168.1.10"])
    assert not https.issue(tmp_path, ["10.20.30.40"]).new_authority


@pytest.mark.parametrize("name", ["8.8.8.8", "www.example.com"])
def test_what_the_authority_may_not_certify_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    https.issue(tmp_path, ["192.168.1.10"])
    before = (tmp_path / "server.crt").read_bytes()
    with pytest.raises(https.CertificateProblem):
        https.issue(tmp_path, [name])
    assert (tmp_path / "server.crt").read_bytes() == before


@pytest.mark.parametrize("name", ["https://a.lan", "a b", "", "192.168.1.10:443"])
def test_what_is_no_host_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(https.CertificateProblem):
        https.issue(tmp_path, [name])


def test_an_authority_that_ends_before_the_certificate_would_is_not_used(tmp_path: Path) -> None:
    https.issue(tmp_path, ["192.168.1.10"])
    with pytest.raises(https.CertificateProblem, match="到期"):
        https.issue(tmp_path, now=datetime.now(UTC) + timedelta(days=3000))


@contextmanager
def handshakes(certificate: Path, key: Path) -> Iterator[int]:
    """A bare TLS server that greets whoever comes; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            while True:
                try:
                    incoming, _ = listening.accept()
                except OSError:
                    return
                try:
                    context.wrap_socket(incoming, server_side=True).close()
                except OSError:
                    incoming.close()  # the client refused the certificate: what the test is about

        threading.Thread(target=greet, daemon=True).start()
        yield int(listening.getsockname()[1])


def test_with_a_stolen_key_it_still_vouches_for_no_other_site(tmp_path: Path) -> None:
    https.issue(tmp_path, ["192.168.1.10"])
    authority, stolen = certificates._authority(tmp_path)
    own = ec.generate_private_key(ec.SECP256R1())
    forged = certificates.server_certificate(authority, stolen, own.public_key(), ["bank.example"], datetime.now(UTC))
    certificates._write_key(tmp_path / "forged.key", own)
    (tmp_path / "forged.crt").write_bytes(forged.public_bytes(Encoding.PEM))

    def shake(certificate: str, name: str) -> None:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "authority.crt"))
        with (
            handshakes(tmp_path / f"{certificate}.crt", tmp_path / f"{certificate}.key") as port,
            socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        ):
            trusting.wrap_socket(plain, server_hostname=name).close()

    shake("server", "localhost")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake("forged", "bank.example")


def run_server(*arguments: str | Path, data: Path) -> Result:
    """Run a command of the server in this process, to its end."""
    settings = {"SHANGMEN_DATA_DIR": str(data), "SHANGMEN_DATABASE_URL": ""}
    return CliRunner().invoke(cli.app, [str(item) for item in arguments], env=settings)


def test_certificate_and_key_that_do_not_match_are_a_sentence(folder: Path, tmp_path: Path) -> None:
    files = ("--certificate", folder / "server.crt", "--key", folder / "authority.key")
    done = run_server("run", *files, data=tmp_path)
    assert done.exit_code == 1 and "不是一对" in done.stderr


def test_a_taken_port_of_the_page_is_a_sentence(folder: Path, running: Running, tmp_path: Path) -> None:
    files = ("--certificate", folder / "server.crt", "--key", folder / "server.key")
    page = ("--authority", folder / "authority.crt", "--authority-port", str(running.page_port))
    done = run_server("run", "--port", "0", *files, *page, data=tmp_path)
    assert done.exit_code == 1 and f"无法使用端口 {running.page_port}" in done.stderr


def test_the_command_makes_renews_and_says_the_fingerprint(tmp_path: Path) -> None:
    first = run_server("certificates", "--out", tmp_path / "c", data=tmp_path)
    assert first.exit_code == 1 and "--host" in first.stderr
    made = run_server("certificates", "--host", "192.168.1.10", "--out", tmp_path / "c", data=tmp_path)
    again = run_server("certificates", "--out", tmp_path / "c", data=tmp_path)
    assert made.exit_code == again.exit_code == 0, made.stderr + again.stderr
    assert "新根证书" in made.stdout and "新根证书" not in again.stdout
    fingerprint = certificates.fingerprint(certificates.read(tmp_path / "c" / "authority.crt"))
    assert fingerprint in made.stdout and fingerprint in again.stdout
