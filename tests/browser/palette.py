"""Makes a screenshot small: the same PNG with at most 256 colours, which flat drawings hardly notice."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}


def shrink(png: bytes) -> bytes:
    """The picture (8 bits a channel, not interlaced, RGB or RGBA) with its 256 commonest colours; others go to the
    nearest. Transparency is dropped. ValueError for another kind of PNG."""
    pixels = _read(png)
    height, width, _ = pixels.shape
    codes = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    colours, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    chosen = colours[np.sort(np.argsort(-counts, kind="stable")[:256])]
    nearest = np.argmin(
        ((_channels(colours)[:, None, :] - _channels(chosen)[None, :, :]) ** 2).sum(axis=2), axis=1
    ).astype(np.uint8)
    rows = nearest[places.reshape(height, width)]
    lines = np.concatenate([np.zeros((height, 1), dtype=np.uint8), rows], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = _channels(chosen).astype(np.uint8).tobytes()
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _channels(codes: NDArray[np.uint32]) -> NDArray[np.int32]:
    return np.stack([codes >> 16, (codes >> 8) & 255, codes & 255], axis=1).astype(np.int32)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _read(png: bytes) -> NDArray[np.uint8]:
    """The pixels, height x width x RGB."""
    if not png.startswith(_SIGNATURE):
        raise ValueError("This is no PNG.")
    at, data, header = len(_SIGNATURE), b"", b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        header = body if kind == b"IHDR" else header
        data += body if kind == b"IDAT" else b""
        at += length + 12
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in _CHANNELS or interlaced:
        raise ValueError("Only plain PNGs of 8 bits a channel are read.")
    wide = _CHANNELS[colour]
    lines = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(height, 1 + width * wide)
    pixels = np.zeros((height, width, wide), dtype=np.uint8)
    above = np.zeros((width, wide), dtype=np.uint8)
    for row in range(height):
        above = pixels[row] = _undo(int(lines[row, 0]), lines[row, 1:].reshape(width, wide), above)
    return pixels[:, :, :3]


def _undo(filtered: int, line: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One line without its PNG filter (RFC 2083, section 6)."""
    if filtered == 0:
        return line.copy()
    if filtered == 1:
        return np.cumsum(line, axis=0, dtype=np.uint8)
    if filtered == 2:
        return line + above
    out = np.zeros_like(line)
    left = corner = np.zeros(line.shape[1], dtype=np.int32)
    for place in range(line.shape[0]):
        up = above[place].astype(np.int32)
        guess = (left + up) // 2 if filtered == 3 else _paeth(left, up, corner)
        out[place] = (line[place] + guess) & 255
        left, corner = out[place].astype(np.int32), up
    return out


def _paeth(left: NDArray[np.int32], up: NDArray[np.int32], corner: NDArray[np.int32]) -> NDArray[np.int32]:
    guess = left + up - corner
    to_left, to_up, to_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    return np.where((to_left <= to_up) & (to_left <= to_corner), left, np.where(to_up <= to_corner, up, corner))
