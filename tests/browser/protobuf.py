"""Protocol buffers by hand: just the wire format, for the few messages that a Chromium exchanges about push."""

from collections.abc import Iterator, Sequence

Value = int | bytes | str
Fields = Sequence[tuple[int, Value]]


class Fixed64(int):
    """A number that the schema wants in eight bytes."""


def encode(fields: Fields) -> bytes:
    """Fields as (number, value): numbers as varints, `Fixed64` in eight bytes, text and bytes with their length."""
    out = bytearray()
    for number, value in fields:
        if isinstance(value, Fixed64):
            out += encode_varint(number << 3 | 1) + int(value).to_bytes(8, "little")
        elif isinstance(value, int):
            out += encode_varint(number << 3) + encode_varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += encode_varint(number << 3 | 2) + encode_varint(len(data)) + data
    return bytes(out)


def decode(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message in their order; nested messages stay bytes."""
    at = 0
    while at < len(data):
        tag, at = decode_varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = decode_varint(data, at)
            yield number, value
            continue
        if kind == 2:
            size, at = decode_varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        yield number, data[at : at + size]
        at += size


def encode_varint(number: int) -> bytes:
    """Seven bits a byte, least first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def decode_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at ``at``, and where it ends."""
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
