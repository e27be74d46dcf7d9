"""The virtual phone's half of a pairing; tests/integration/device has it with the real adb."""

import hashlib
import secrets

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from device.virtual_phone import spake2
from device.virtual_phone.pairing import expand_label
from device.virtual_phone.spake2 import BASE, ORDER, BadPointError, Bob, M, N, Names

NAMES = Names(alice=b"host\0", bob=b"phone\0")


def alice(password):
    """Return the other half: its message, and what gives its key for Bob's message."""
    digest = hashlib.sha512(password).digest()
    scalar = int.from_bytes(digest, "little") % ORDER
    scalar += -scalar * pow(ORDER, -1, 8) % 8 * ORDER
    secret = 8 * secrets.randbelow(ORDER)
    mine = spake2.encode(spake2.add(spake2.multiply(secret, BASE), spake2.multiply(scalar, M)))

    def key(theirs):
        unmasked = spake2.add(spake2.decode(theirs), spake2.negative(spake2.multiply(scalar, N)))
        shared = spake2.encode(spake2.multiply(secret, unmasked))
        transcript = hashlib.sha512()
        for part in (NAMES.alice, NAMES.bob, mine, theirs, shared, digest):
            transcript.update(len(part).to_bytes(8, "little") + part)
        return transcript.digest()

    return mine, key


def test_that_both_sides_of_one_password_get_the_same_key():
    for at in range(8):  # every way to clear the cofactor
        password = b"123456" + bytes([at])
        bob = Bob(NAMES, password)
        message, key = alice(password)
        assert bob.key(message) == key(bob.message)


def test_that_another_password_gives_another_key():
    bob = Bob(NAMES, b"123456")
    message, key = alice(b"123457")
    assert bob.key(message) != key(bob.message)


def test_that_the_curve_is_the_one_of_an_independent_library():
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    half = bytearray(hashlib.sha512(bytes(range(32))).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    mine = spake2.encode(spake2.multiply(int.from_bytes(half, "little"), BASE))
    assert mine == private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


@pytest.mark.parametrize("point", [BASE, M, N])
def test_that_points_are_of_the_curve_and_survive_encoding(point):
    assert spake2.encode(spake2.multiply(8 * ORDER, point)) == b"\1" + bytes(31)
    assert spake2.encode(spake2.decode(spake2.encode(point))) == spake2.encode(point)


@pytest.mark.parametrize("data", [b"\2" + bytes(31), bytes(31), b"\xff" * 32])
def test_that_bytes_that_are_no_point_are_refused(data):
    with pytest.raises(BadPointError):
        Bob(NAMES, b"x").key(data)


def test_that_labels_areexpand_labeled_as_in_rfc_8448():
    """RFC 8448, section 3: "derive write traffic keys for handshake data", the server's key."""
    secret = "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"
    key = expand_label(hashes.SHA256(), bytes.fromhex(secret), b"key", b"", 16)
    assert key.hex() == "3fce516009c21727d0f2e4e86ee403bc"
