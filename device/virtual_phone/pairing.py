"""Wireless debugging's pairing, the phone's side: what `adb pair HOST:PORT CODE` talks to.

TLS 1.3 with certificates that nobody checks, then SPAKE2 over the six digits and a key that this
very connection exports, so that nobody in between can pass messages on; then each side sends its
identity, encrypted with the key that came of it.

Source: Android's packages/modules/adb, pairing_connection/ and pairing_auth/.
"""

import contextlib
import logging
import secrets
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from device.scratch import ScratchFolder
from device.virtual_phone.spake2 import BadPointError, Bob, Names

logger = logging.getLogger(__name__)

NAMES = Names(alice=b"adb pair client\0", bob=b"adb pair server\0")
TIMEOUT_S = 10.0
_VERSION = 1
_SPAKE2_MESSAGE, _PEER_INFO = 0, 1
_HOST_KEY, _PHONE_NAME = 0, 1
_INFO_BYTES = 8192
_CIPHERS = {"TLS_AES_256_GCM_SHA384": hashes.SHA384(), "TLS_AES_128_GCM_SHA256": hashes.SHA256(),
            "TLS_CHACHA20_POLY1305_SHA256": hashes.SHA256()}  # fmt: skip


class PairingRefusedError(Exception):
    """The other side has another code, or speaks something else."""


class PairingServer:
    """Waits on loopback for one host that knows `code`.

    Args:
        name: What the host shall call this phone from then on.
        accept: Takes the public key of a host that has paired, as adb writes it.
        code: Six digits, or the password of a QR code; six digits are drawn when not given.
    """

    def __init__(self, name: str, accept: Callable[[bytes], None], code: str = "") -> None:
        self.code = code or f"{secrets.randbelow(10**6):06d}"
        self._name, self._accept = name, accept
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Stop waiting; the code is worth nothing then."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        """Serve one host after another until one has paired: each gets one guess."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(TIMEOUT_S)
            try:
                self._accept(self._pair(connection))
            except (OSError, PairingRefusedError, BadPointError, InvalidTag) as exc:
                logger.info("pairing: %s", str(exc) or type(exc).__name__)
            else:
                self.close()
                return

    def _pair(self, connection: socket.socket) -> bytes:
        """Return the public key of the host at the other end."""
        with ScratchFolder("pairing") as folder:
            context = _context(folder)
            with context.wrap_socket(connection, server_side=True) as tls:
                exported = _exported(tls, folder / "secrets")
                return self._exchange(tls, self.code.encode() + exported)

    def _exchange(self, tls: ssl.SSLSocket, password: bytes) -> bytes:
        side = Bob(NAMES, password)
        _send(tls, _SPAKE2_MESSAGE, side.message)
        key = side.key(_receive(tls, _SPAKE2_MESSAGE))
        info = b"adb pairing_auth aes-128-gcm key"
        cipher = AESGCM(HKDF(hashes.SHA256(), 16, salt=None, info=info).derive(key))
        nonce = bytes(12)  # a counter for each direction; there is one message each way
        mine = bytes([_PHONE_NAME]) + self._name.encode()
        _send(tls, _PEER_INFO, cipher.encrypt(nonce, mine.ljust(_INFO_BYTES, b"\0"), None))
        theirs = cipher.decrypt(nonce, _receive(tls, _PEER_INFO), None)
        if len(theirs) != _INFO_BYTES or theirs[0] != _HOST_KEY:
            raise PairingRefusedError("the host sent no key")
        return theirs[1:].rstrip(b"\0")


def _context(folder: Path) -> ssl.SSLContext:
    """Return TLS 1.3 with a fresh certificate, its secrets written to `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "virtual phone")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(path)
    context.keylog_filename = str(folder / "secrets")
    return context


def _exported(tls: ssl.SSLSocket, log: Path) -> bytes:
    """Return 64 bytes that only the two ends of this connection know (RFC 8446, section 7.5).

    Python's ssl has no call for it, but writes the secret that it is derived from to its key log.
    """
    lines = [line.split() for line in log.read_text("ascii").splitlines()]
    secret = next(bytes.fromhex(line[2]) for line in lines if line[:1] == ["EXPORTER_SECRET"])
    cipher = tls.cipher()
    algorithm = _CIPHERS[cipher[0] if cipher is not None else ""]
    empty = hashes.Hash(algorithm)
    context = empty.finalize()
    derived = expand_label(algorithm, secret, b"adb-label\0", context, algorithm.digest_size)
    return expand_label(algorithm, derived, b"exporter", context, 64)


def expand_label(
    algorithm: hashes.HashAlgorithm, secret: bytes, label: bytes, context: bytes, length: int
) -> bytes:
    """Return HKDF-Expand-Label of RFC 8446, section 7.1."""
    full = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes([len(full)]) + full + bytes([len(context)]) + context
    return HKDFExpand(algorithm, length, info).derive(secret)


def _send(tls: ssl.SSLSocket, kind: int, payload: bytes) -> None:
    tls.sendall(bytes([_VERSION, kind]) + len(payload).to_bytes(4, "big") + payload)


def _receive(tls: ssl.SSLSocket, kind: int) -> bytes:
    version, found, *size = _exactly(tls, 6)
    length = int.from_bytes(bytes(size), "big")
    if version != _VERSION or found != kind or not 0 < length <= 2 * _INFO_BYTES:
        raise PairingRefusedError("not a pairing message")
    return _exactly(tls, length)


def _exactly(tls: ssl.SSLSocket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = tls.recv(count - len(data))
        if not part:
            raise PairingRefusedError("the host went away; its code may be wrong")
        data += part
    return data
