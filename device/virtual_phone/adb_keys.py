"""Keys of adb hosts: reading Android's public key format and checking a signed token.

Source: `system/core/libcrypto_utils/android_pubkey.cpp` of the Android Open Source
Project: u32 words (64), u32 n0inv, modulus (256 bytes, little endian), rr (256), u32 exponent.
"""

import base64
import binascii
import hashlib
import os
import struct
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

TOKEN_BYTES = 20
_MODULUS_BYTES = 256


class BadKeyError(ValueError):
    """The bytes are no public key of an adb host."""


def read_public_key(text: bytes) -> RSAPublicKey:
    """Read the key that adb sends, or that stands in `adbkey.pub`: base64, a space, a name.

    Raises:
        BadKeyError: Not such a key.
    """
    try:
        raw = base64.b64decode(text.split(b" ")[0].rstrip(b"\0\n"), validate=True)
        words, _ = struct.unpack_from("<II", raw)
        (exponent,) = struct.unpack_from("<I", raw, 8 + 2 * _MODULUS_BYTES)
    except (binascii.Error, struct.error) as exc:
        raise BadKeyError(f"not an adb public key: {exc}") from exc
    if words * 4 != _MODULUS_BYTES:
        raise BadKeyError(f"not an adb public key: {words} words")
    modulus = int.from_bytes(raw[8 : 8 + _MODULUS_BYTES], "little")
    return RSAPublicNumbers(exponent, modulus).public_key()


def signed_by(key: RSAPublicKey, token: bytes, signature: bytes) -> bool:
    """Return whether `signature` is `key`'s signature of `token`, which stands for a SHA-1 sum."""
    try:
        key.verify(signature, token, padding.PKCS1v15(), utils.Prehashed(hashes.SHA1()))  # noqa: S303
    except InvalidSignature:
        return False
    return True


def fingerprint(text: bytes) -> str:
    """Return the key's fingerprint as Android's dialog shows it: MD5 in pairs of hex digits."""
    raw = base64.b64decode(text.split(b" ")[0].rstrip(b"\0\n"))
    digest = hashlib.md5(raw, usedforsecurity=False).hexdigest().upper()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))


def own_keys() -> list[RSAPublicKey]:
    """Return the public keys of this user's adb: `adbkey.pub` and those of ADB_VENDOR_KEYS."""
    candidates = [Path.home() / ".android" / "adbkey.pub"]
    for entry in filter(None, os.environ.get("ADB_VENDOR_KEYS", "").split(os.pathsep)):
        path = Path(entry)
        candidates += sorted(path.glob("*.pub")) if path.is_dir() else [Path(f"{entry}.pub")]
    keys = []
    for path in candidates:
        try:
            keys.append(read_public_key(path.read_bytes()))
        except (OSError, BadKeyError):
            continue
    return keys
