"""A file is what its bytes say, and never something a browser would run."""

from io import BytesIO

import pytest

from majung.core.media_types import sniff
from tests.core.files import EXE, HTML, OLE, PDF, SVG, picture


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (picture(), "image/png"),
        (picture(kind="JPEG"), "image/jpeg"),
        (picture(kind="GIF"), "image/gif"),
        (picture(kind="WEBP"), "image/webp"),
        (PDF, "application/pdf"),
        (b"PK\x03\x04" + b"\x00" * 60, "application/zip"),
        ("안녕하세요, 문의드려요.".encode(), "text/plain"),
        ("안녕하세요, 문의드려요.".encode("cp949"), "text/plain"),
        ("안녕하세요".encode("utf-16"), "text/plain"),
        (("가" * 5000).encode(), "text/plain"),  # the head ends within a character
        (b"", "text/plain"),
        (b"\x00\x01\x02\x03" * 50, "application/octet-stream"),
        (b"\xff\xfe\xff" + b"\x81" * 3 + b"\x00", "text/plain"),
        (b"\x80\x81\xff\xff", "application/octet-stream"),
        (EXE, "application/x-msdownload"),
    ],
)
def test_sniff_goes_by_the_bytes(content: bytes, expected: str) -> None:
    assert sniff(BytesIO(content), name="holiday.jpg") == expected


@pytest.mark.parametrize(
    "content",
    [
        HTML,
        SVG,
        b"\xef\xbb\xbf  \r\n\t" + HTML,
        b"<html>",
        b"<!-- x --><svg/>",
        b"<?xml version='1.0'?><x/>",
        b"<?php system('id'); ?>",
        b"<script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf /",
        b"<iframe src=//evil>",
        HTML.decode().encode("utf-16"),
        HTML.decode().encode("utf-16-le"),
        b"\x00" + HTML,
        b"<svg>" + b"\x00\x01\x02",
        b"%!PS-Adobe-3.0\n",
    ],
)
@pytest.mark.parametrize("name", ["photo.png", "page.html", "picture.svg", "x.js", ""])
def test_sniff_never_names_what_a_browser_runs(content: bytes, name: str) -> None:
    assert sniff(BytesIO(content), name=name) in {"text/plain", "application/octet-stream"}


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"a,b\n1,2\n", "orders.CSV", "text/csv"),
        (OLE, "견적서.hwp", "application/x-hwp"),
        (OLE, "old.doc", "application/msword"),
        (OLE, "photo.png", "application/x-ole-storage"),
        (b"PK\x03\x04" + b"\x00" * 60, "신청서.hwpx", "application/hwp+zip"),
        (picture(), "a.csv", "image/png"),
    ],
)
def test_sniff_lets_a_name_refine_inert_types(content: bytes, name: str, expected: str) -> None:
    assert sniff(BytesIO(content), name=name) == expected


def test_sniff_keeps_the_position() -> None:
    stream = BytesIO(PDF)
    stream.seek(5)
    sniff(stream)
    assert stream.tell() == 5
