"""Files over HTTP: by signed link only, and never as something a browser would run."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import BinaryIO, Final
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from majung.core import blob_links
from majung.core.blobs import open_blob
from majung.core.models import Blob
from majung.core.problems import Problem, json_endpoint
from majung.core.thumbnails import IMAGES

_CHUNK: Final = 64 * 1024
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")
_POLICY: Final = "sandbox; default-src 'none'"


def _granted(token: str, name: str) -> blob_links.Grant:
    try:
        return blob_links.read(token, name=name)
    except blob_links.LinkInvalid:
        raise Problem(
            HTTPStatus.NOT_FOUND, _("파일을 찾을 수 없어요"), code="link_invalid"
        ) from None
    except blob_links.LinkExpired:
        raise Problem(
            HTTPStatus.GONE,
            _("링크가 만료됐어요"),
            _("파일이 있던 화면을 새로 고친 뒤 다시 열어 주세요."),
            code="link_expired",
        ) from None


def _allowed(grant: blob_links.Grant) -> Blob:
    blob = Blob.objects.filter(public_id=grant.public_id).first()
    if blob is None or (grant.thumb and not blob.has_thumbnail):
        raise Problem(HTTPStatus.NOT_FOUND, _("파일을 찾을 수 없어요"), code="file_gone")
    match blob.scan:
        case Blob.Scan.CLEAN:
            return blob
        case Blob.Scan.INFECTED:
            raise Problem(
                HTTPStatus.FORBIDDEN,
                _("악성 코드가 발견된 파일이에요"),
                _("안전을 위해 열 수 없어요."),
                code="file_infected",
            )
        case _:
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                _("파일을 검사하고 있어요"),
                _("검사가 끝나면 열 수 있어요. 잠시 뒤에 다시 시도해 주세요."),
                code="file_not_scanned",
                headers={"Retry-After": "10"},
            )


def disposition(kind: str, name: str) -> str:
    """Return a Content-Disposition with the name in UTF-8 (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte asked for; ``None`` means the whole file.

    One range only; anything else is answered whole, as RFC 9110 allows. Raises ``Problem`` 416.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or (first == "" and int(last) == 0):
        raise Problem(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            _("파일의 범위를 벗어났어요"),
            headers={"Content-Range": f"bytes */{size}"},
        )
    return (start, end) if start <= end else None


class _Part:
    """Some bytes of a stream; closed by the response even when nobody began to read."""

    def __init__(self, stream: BinaryIO, *, start: int, length: int) -> None:
        self._stream, self._start, self._length = stream, start, length

    def __iter__(self) -> Iterator[bytes]:
        self._stream.seek(self._start)
        left = self._length
        while left > 0 and (chunk := self._stream.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._stream.close()


def _body(request: HttpRequest, blob: Blob, *, thumb: bool) -> HttpResponseBase:
    """Return the answer with its length and range; a HEAD opens nothing."""
    try:
        stream = open_blob(blob, thumb=thumb)
    except FileNotFoundError:
        raise Problem(HTTPStatus.NOT_FOUND, _("파일을 찾을 수 없어요"), code="file_gone") from None
    try:
        size = stream.seek(0, 2)
        part = _range(request.headers.get("Range", ""), size)
    except Problem:
        stream.close()
        raise
    start, end = part or (0, size - 1)
    if request.method == "HEAD":
        stream.close()
        response: HttpResponseBase = HttpResponse()
    else:
        response = StreamingHttpResponse(_Part(stream, start=start, length=end - start + 1))
    response.headers["Content-Length"] = str(end - start + 1)
    response.headers["Accept-Ranges"] = "bytes"
    if part:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response.headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


@require_safe
@json_endpoint
def download(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """``GET /files/<token>/<name>``: the file, images inline, all else as a download.

    Problems: 404 (no such link or file), 410 (expired), 403 (infected), 503 (not scanned yet),
    416 (range).
    """
    grant = _granted(token, name)
    blob = _allowed(grant)
    media_type = "image/webp" if grant.thumb else blob.media_type
    etag = f'"{blob.sha256}{"-t" if grant.thumb else ""}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponseBase = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        del response.headers["Content-Type"]
    else:
        response = _body(request, blob, thumb=grant.thumb)
        # An image we could not measure is none we would show.
        shown = grant.thumb or (media_type in IMAGES and blob.width is not None)
        response.headers["Content-Type"] = media_type
        response.headers["Content-Disposition"] = disposition(
            "inline" if shown else "attachment", name
        )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"private, max-age={grant.seconds_left}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
