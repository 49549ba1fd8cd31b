"""A certificate authority of one's own, and server certificates from it.

Phones use camera, offline start and storage only over HTTPS, and a public authority certifies no address of an inside
network. Apple asks for names in the subject alternative name, the purpose server authentication, and at most 825 days
(support.apple.com/103769). The authority is bound to inside networks and the names it was made for (RFC 5280,
4.2.1.10): a phone that trusts it trusts it for nothing else, even if its key is stolen.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS: Final = 3650
SERVER_DAYS: Final = 820
"""Below Apple's 825, with some days for clocks that differ."""
_BEFORE: Final = timedelta(days=1)
_INSIDE: Final = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
    "::1/128", "fc00::/7", "fe80::/10",
)  # fmt: skip
_INSIDE_NAMES: Final = ("localhost", "lan", "local", "internal", "home.arpa")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class CertificateProblem(Exception):
    """No certificate can be made or used; says why, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Issued:
    """What was made: the folder with authority.crt, authority.key, server.crt and server.key, and what to tell."""

    folder: Path
    names: tuple[str, ...]
    until: datetime
    new_authority: bool
    fingerprint: str


def issue(folder: Path, names: Sequence[str] = (), *, now: datetime | None = None) -> Issued:
    """Make a server certificate for ``names`` in ``folder``; the authority only when the folder has none.

    Without ``names``, for those of the certificate that lies there: so is a certificate renewed, and phones that trust
    the authority need nothing new. The server's own machine is always among the names. Raises CertificateProblem.
    """
    now = now or datetime.now(UTC)
    wanted = _with_own(names) if names else _renewed(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = not (folder / "authority.key").exists()
        if new:
            _make_authority(folder, wanted, now)
        authority, key = _authority(folder)
        until = now + timedelta(days=SERVER_DAYS)
        if authority.not_valid_after_utc < until:
            raise CertificateProblem(
                "证书颁发机构即将到期，请换一个新文件夹重新颁发，并在手机上安装新的根证书",
                "The authority ends too soon: use a new folder, and bring its authority onto the phones",
            )
        _refuse_foreign(authority, wanted)
        own_key = ec.generate_private_key(ec.SECP256R1())
        certificate = server_certificate(authority, key, own_key.public_key(), wanted, now)
        _write_key(folder / "server.key", own_key)
        _write(folder / "server.crt", certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    except OSError as error:
        raise CertificateProblem(f"无法写入 {folder}：{error.strerror}", f"Cannot write {folder}: {error}") from error
    return Issued(folder, wanted, until, new, fingerprint(authority))


def server_certificate(
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    public_key: ec.EllipticCurvePublicKey,
    names: Sequence[str],
    now: datetime,
) -> x509.Certificate:
    """Sign a server's public key for ``names``, from a day before ``now`` on for ``SERVER_DAYS``."""
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _builder(f"上门 {names[0]}"[:64], public_key, now, SERVER_DAYS)
        .issuer_name(authority.subject)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 fingerprint as people compare it: ``AB:CD:…``."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def read(file: Path) -> x509.Certificate:
    """Read the first certificate of a PEM file. Raises CertificateProblem."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except FileNotFoundError as error:
        raise CertificateProblem(f"没有这个文件：{file}", f"No such file: {file}") from error
    except (OSError, ValueError) as error:
        raise CertificateProblem(f"{file} 不是可用的证书：{error}", f"{file} is no certificate: {error}") from error


def read_names(file: Path) -> tuple[str, ...]:
    """The names and addresses that a server certificate is for, in its order. Raises CertificateProblem."""
    try:
        listed = read(file).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as error:
        raise CertificateProblem(f"{file} 里没有域名或地址", f"{file} names no host") from error
    return tuple(str(item.value) for item in listed)


def days_left(file: Path, now: datetime | None = None) -> int:
    """Whole days until a certificate ends; negative when it has. Raises CertificateProblem."""
    return (read(file).not_valid_after_utc - (now or datetime.now(UTC))).days


def _with_own(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(_clean(name) for name in names), "localhost", "127.0.0.1"]))


def _clean(name: str) -> str:
    name = name.strip().rstrip(".").lower()
    if _address(name):
        return name
    try:
        plain = name.encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    if not plain or any(not (char.isalnum() or char in ".-*") for char in plain):
        raise CertificateProblem(
            f"「{name}」不是域名或 IP 地址（不带 https:// 和端口）", f"Not a host name or IP address: {name!r}"
        )
    return plain


def _renewed(folder: Path) -> tuple[str, ...]:
    if not (folder / "server.crt").exists():
        raise CertificateProblem(
            "第一次颁发要写明手机用的地址，例如 --host 192.168.1.10",
            "The first time, name the hosts: --host 192.168.1.10",
        )
    return read_names(folder / "server.crt")


def _make_authority(folder: Path, names: Sequence[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"上门 根证书 {now.astimezone():%Y-%m-%d}"
    permitted: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(inside)) for inside in _INSIDE]
    permitted += [x509.DNSName(inside) for inside in _INSIDE_NAMES]
    for one in names:
        address = _address(one)
        permitted.append(x509.IPAddress(ipaddress.ip_network(address)) if address else x509.DNSName(_bare(one)))
    certificate = (
        _builder(name, key.public_key(), now, AUTHORITY_DAYS)
        .issuer_name(_named(name))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / "authority.key", key)
    _write(folder / "authority.crt", certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate = read(folder / "authority.crt")
    try:
        key = serialization.load_pem_private_key((folder / "authority.key").read_bytes(), password=None)
    except ValueError as error:
        raise CertificateProblem(f"authority.key 不可用：{error}", f"authority.key can't be used: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise CertificateProblem(
            "authority.key 与 authority.crt 不是一对", "authority.key and authority.crt don't match"
        )
    return certificate, key


def _refuse_foreign(authority: x509.Certificate, names: Sequence[str]) -> None:
    """Raise CertificateProblem for a name that this authority may not certify, since phones would refuse it."""
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    networks = [item.value for item in permitted if isinstance(item, x509.IPAddress)]
    domains = [item.value for item in permitted if isinstance(item, x509.DNSName)]
    for name in names:
        address = _address(name)
        inside = (
            any(address in network for network in networks if not isinstance(network, Address))
            if address
            else any(_bare(name) == domain or name.endswith(f".{domain}") for domain in domains)
        )
        if not inside:
            raise CertificateProblem(
                f"现有的根证书不能用于 {name}；请换一个新文件夹重新颁发，并在手机上安装新的根证书",
                f"The authority in this folder may not certify {name}: use a new folder, and bring its authority onto "
                "the phones",
            )


def _bare(name: str) -> str:
    return name.removeprefix("*.")


def _address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _general(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(name: str, public_key: ec.EllipticCurvePublicKey, now: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(file, pem, 0o600)


def _write(file: Path, content: bytes, mode: int) -> None:
    """Replace a file atomically; it is never readable by others, not even for a moment."""
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
    part.replace(file)
