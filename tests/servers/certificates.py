"""A certificate authority for one test run: a root, an intermediate, and leaves for loopback names."""

import ipaddress
import itertools
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_BEGIN, _END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
_LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.2", "::1")


@dataclass(frozen=True)
class Leaf:
    """PEM files of a server: its certificate with the intermediate after it, and its key."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """A server's TLS context that offers HTTP/1.1 alone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        context.set_alpn_protocols(["http/1.1"])
        return context


class Authority:
    """Issues certificates below `folder`; a client that trusts `root` accepts its leaves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._middle_key = ec.generate_private_key(ec.SECP256R1())
        root = self._certificate(
            "Strongroom test root", self._root_key, "Strongroom test root", self._root_key, depth=1
        )
        self._middle = self._certificate(
            "Strongroom test intermediate", self._middle_key, "Strongroom test root", self._root_key, depth=0
        )
        self.root = folder / "root.pem"
        self.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        self.root_der = root.public_bytes(serialization.Encoding.DER)
        self.intermediate_der = self._middle.public_bytes(serialization.Encoding.DER)

    def leaf(self, *names: str, begin: datetime = _BEGIN, end: datetime = _END) -> Leaf:
        """Issue a leaf for host names and addresses, by default every loopback one; `end` in the past makes it expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        wanted = [_general_name(name) for name in names or _LOOPBACK]
        certificate = self._certificate(
            "Strongroom test server",
            key,
            "Strongroom test intermediate",
            self._middle_key,
            names=wanted,
            begin=begin,
            end=end,
        )
        number = next(self._numbers)
        leaf = Leaf(self._folder / f"leaf-{number}.pem", self._folder / f"leaf-{number}.key")
        chain = (certificate, self._middle)
        leaf.certificate.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))
        leaf.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return leaf

    def _certificate(
        self,
        subject: str,
        key: ec.EllipticCurvePrivateKey,
        issuer: str,
        issuer_key: ec.EllipticCurvePrivateKey,
        *,
        names: list[x509.GeneralName] | None = None,
        depth: int | None = None,
        begin: datetime = _BEGIN,
        end: datetime = _END,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=names is None, path_length=depth), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .add_extension(_usage(authority=names is None), critical=True)
        )
        if names is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False).add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            )
        return builder.sign(issuer_key, hashes.SHA256())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
