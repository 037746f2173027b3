"""Translations without the gettext programs: ``python -m scripts.messages update|compile|check``.

Korean is the source language. ``update`` takes every text from Python and templates into the
English catalogue, ``compile`` makes what Django reads, ``check`` lists what is missing.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import extract, pofile
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "majung"
LOCALES = PACKAGE / "locale"
ENGLISH = LOCALES / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **extract.DEFAULT_KEYWORDS,
    **{f"{name}_lazy": spec for name, spec in extract.DEFAULT_KEYWORDS.items()},
    "gettext_noop": None,
}
TEMPLATES = {".html", ".txt"}


def sources() -> Iterator[Path]:
    """Yield the files whose texts people read."""
    for path in sorted(PACKAGE.rglob("*")):
        within = path.relative_to(PACKAGE).parts
        if "migrations" in within or "static" in within:
            continue
        if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in within):
            yield path


def texts(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    """Yield (line, text or (singular, plural), context) for each translatable text of a file."""
    source = path.read_text()
    if path.suffix != ".py":
        # Parentheses, because a template's indentation is not Python's.
        source = f"({templatize(source)}\n)"
    found = extract.extract("python", BytesIO(source.encode()), keywords=KEYWORDS)
    for line, message, _comments, context in found:
        yield line, message, context


def extracted() -> Catalog:
    catalog = Catalog(locale="en", domain="django", fuzzy=False, charset="utf-8")
    for path in sources():
        for line, message, context in texts(path):
            where = (path.relative_to(ROOT).as_posix(), line)
            catalog.add(message, locations=[where], context=context)
    return catalog


def english() -> Catalog:
    if not ENGLISH.exists():
        return Catalog(locale="en", domain="django", fuzzy=False)
    with ENGLISH.open("rb") as stream:
        return pofile.read_po(stream, locale="en", domain="django")


def update() -> None:
    catalog = english()
    catalog.update(extracted(), no_fuzzy_matching=True, keep_user_comments=True)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as stream:
        pofile.write_po(stream, catalog, width=100, omit_header=False, ignore_obsolete=True,
                        include_lineno=False, sort_output=True)  # fmt: skip


def compile_all() -> None:
    """Write each ``.mo`` that is older than its ``.po``."""
    for source in LOCALES.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalog = pofile.read_po(stream)
        draft = BytesIO()
        write_mo(draft, catalog)
        target.write_bytes(draft.getvalue())


def missing() -> list[str]:
    """Return what the English catalogue lacks or is unsure of, as ``file:line: text``."""
    have, lacks = english(), []
    for message in extracted():
        if not message.id:
            continue
        known = have.get(message.id, message.context)
        strings = known.string if known is not None else ""
        complete = all(strings) if isinstance(strings, (tuple, list)) else bool(strings)
        # A doubtful translation is left out of what Django reads.
        if not complete or (known is not None and known.fuzzy):
            file, line = message.locations[0]
            lacks.append(f"{file}:{line}: {message.id}")
    return lacks


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "update":
        update()
    elif command == "compile":
        compile_all()
    elif command == "check":
        lacks = missing()
        print("\n".join(lacks) if lacks else "Every text has its English translation.")
        return 1 if lacks else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
