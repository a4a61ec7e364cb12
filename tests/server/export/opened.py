"""A bundle with everything taken out of it that can be: for searching what must not be there."""

import base64
import zipfile
from pathlib import Path

import polars as pl
import pyreadstat


def files_of(path: Path) -> dict[str, bytes]:
    """Every file of a bundle by its name within."""
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def everything(path: Path) -> bytes:
    """The zip as it is, every file, all names, and what the files hold that are compressed themselves."""
    files = files_of(path)
    parts = [path.read_bytes(), *files.values(), *(name.encode() for name in files)]
    if "beeps.parquet" in files:
        parts.append(pl.read_parquet(files["beeps.parquet"]).write_csv().encode())
        parts += [f"{name}={text}".encode() for name, text in pl.read_parquet_metadata(files["beeps.parquet"]).items()]
    if "beeps.sav" in files:
        lying = path.with_name(f"{path.stem}.sav")
        lying.write_bytes(files["beeps.sav"])
        frame, told = pyreadstat.read_sav(lying, output_format="polars", user_missing=True)
        parts += [frame.write_csv().encode(), repr(vars(told)).encode()]
    return b"\n".join(parts)


def spellings(mark: str) -> list[bytes]:
    """A mark as it might have been written: as it is, in capitals, small, in UTF-16, in hex and in base64."""
    raw = mark.encode()
    encoded = [base64.b64encode(b"x" * shift + raw).rstrip(b"=")[4 if shift else 0 : -4] for shift in range(3)]
    cases = {raw, mark.upper().encode(), mark.lower().encode()}
    return [*sorted(cases), mark.encode("utf-16-le"), raw.hex().encode(), *(one for one in encoded if len(one) >= 8)]
