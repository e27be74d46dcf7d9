"""SPAKE2 over edwards25519, the phone's half, as adb speaks it.

Two sides that know the same short password agree on a key; who does not know it learns nothing but
that one guess was wrong. Arithmetic on Python's integers takes a few milliseconds and is not
constant in time: fit for a virtual phone on loopback, not for a secret that matters.

Source: Ladd & Kaduk, "SPAKE2, a Password-Authenticated Key Exchange", RFC 9382, in the older form
of BoringSSL, crypto/curve25519/spake25519.c, whose points M and N, transcript and cofactor rules
adb (packages/modules/adb/pairing_auth) has kept.
"""

import hashlib
import secrets
from dataclasses import dataclass

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x*y = T/Z."""

_IDENTITY: Point = (0, 1, 1, 0)


class BadPointError(ValueError):
    """The bytes are no point of the curve."""


def add(p: Point, q: Point) -> Point:
    """Return the sum of two points (RFC 8032, section 5.1.4)."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * _D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(factor: int, point: Point) -> Point:
    """Return `factor` times `point`."""
    found = _IDENTITY
    while factor:
        if factor & 1:
            found = add(found, point)
        point = add(point, point)
        factor >>= 1
    return found


def negative(p: Point) -> Point:
    """Return the point that gives the identity when it is added to `p`."""
    return -p[0] % P, p[1], p[2], -p[3] % P


def encode(p: Point) -> bytes:
    """Return the 32 bytes of `p`: y, and the lowest bit of x in the highest one."""
    inverse = pow(p[2], -1, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point:
    """Return the point of 32 bytes (RFC 8032, section 5.1.3).

    Raises:
        BadPointError: There is none.
    """
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * _SQRT_MINUS_ONE % P
    if len(data) != 32 or y >= P or x * x % P != square:
        raise BadPointError("no point of edwards25519")
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


BASE = decode(bytes.fromhex("58" + "66" * 31))
M = decode(bytes.fromhex("5ada7e4bf6ddd9adb6626d32131c6b5c51a1e347a3478f53cfcf441b88eed12e"))
N = decode(bytes.fromhex("10e3df0ae37d8e7a99b5fe74b44672103dbddcbd06af680d71329a11693bc778"))


@dataclass(frozen=True)
class Names:
    """What the two sides call themselves: `alice` begins, `bob` answers."""

    alice: bytes
    bob: bytes


class Bob:
    """The side that answers.

    Attributes:
        message: 32 bytes for the other side.
    """

    def __init__(self, names: Names, password: bytes) -> None:
        """Draw a secret for this one exchange."""
        self._names, self._hash = names, hashlib.sha512(password).digest()
        self._password = _multiple_of_eight(int.from_bytes(self._hash, "little") % ORDER)
        self._secret = 8 * secrets.randbelow(ORDER)
        mine = add(multiply(self._secret, BASE), multiply(self._password, N))
        self.message = encode(mine)

    def key(self, theirs: bytes) -> bytes:
        """Return the 64 bytes that both have once `theirs` is the other side's message.

        Raises:
            BadPointError: It is no message.
        """
        unmasked = add(decode(theirs), negative(multiply(self._password, M)))
        shared = encode(multiply(self._secret, unmasked))
        parts = (self._names.alice, self._names.bob, theirs, self.message, shared, self._hash)
        transcript = hashlib.sha512()
        for part in parts:
            transcript.update(len(part).to_bytes(8, "little") + part)
        return transcript.digest()


def _multiple_of_eight(scalar: int) -> int:
    """Return `scalar` plus a multiple of the order whose lowest three bits are zero.

    BoringSSL once forgot to clear the cofactor here and made this a part of the protocol.
    """
    for bit in range(3):
        if scalar >> bit & 1:
            scalar += ORDER << bit
    return scalar
