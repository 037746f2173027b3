"""Where files live, read from one URL (no Django here: settings import it)."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


def blob_storage(url: str, *, home: Path) -> dict[str, Any]:
    """Return the entry of ``STORAGES["blobs"]`` for ``MAJUNG_BLOBS_URL``.

    Empty means the folder ``blobs`` in ``home``; ``s3://bucket/prefix?endpoint=…&region=…`` an
    S3-compatible store whose credentials come from the usual ``AWS_*`` variables. Raises
    ``ValueError`` with a sentence for the operator.
    """
    if not url:
        folder = str(home.resolve() / "blobs")
        return {
            "BACKEND": "majung.core.blob_files.FolderStorage",
            "OPTIONS": {"location": folder},
        }
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        msg = f"must be empty or s3://bucket/prefix?endpoint=…&region=…, not {url!r}"
        raise ValueError(msg)
    query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if unknown := set(query) - {"endpoint", "region"}:
        msg = f"does not know {', '.join(sorted(unknown))}; it knows endpoint and region"
        raise ValueError(msg)
    options: dict[str, Any] = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "default_acl": None,
        "file_overwrite": True,
        "signature_version": "s3v4",
    }
    if "endpoint" in query:
        options |= {"endpoint_url": query["endpoint"][0], "addressing_style": "path"}
    if "region" in query:
        options["region_name"] = query["region"][0]
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
