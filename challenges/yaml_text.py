"""Reading and writing YAML 1.2 text with line numbers, for files that people write and upload.

Dates stay text here, because the reader's own conversion gives up on the 13th month without saying where.
Aliases (``*name``) are refused: a few lines of them can stand for more text than a machine can hold. So are brackets
within brackets within brackets: the reader takes seconds over a line of them; and tags (``!!int``), which could name
anything. A file may be a megabyte and have `MOST_NODES` values: the reader looks at some ten thousand in a second.
"""

from __future__ import annotations

import io

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import Node, ScalarNode
from ruamel.yaml.scanner import RoundTripScanner, ScannerError

DEEPEST_FLOW = 20
LARGEST = 2**20  # characters
MOST_NODES = 20_000  # a library of three hundred challenges


class UnreadableYAML(ValueError):
    """The text is not YAML; ``line`` counts from 1, ``what`` is one sentence."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def load_document(text: str) -> object:
    """Mappings and lists that know their lines (``CommentedMap``, ``CommentedSeq``). Raises ``UnreadableYAML``."""
    if len(text) > LARGEST:
        raise UnreadableYAML(1, f"too long: a file may have {LARGEST} characters; make two of it")
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor, yaml.Composer, yaml.Scanner = _DatesAsText, _PlainOnly, _Shallow
    try:
        document: object = yaml.load(text)
    except MarkedYAMLError as error:
        mark: StreamMark | None = error.problem_mark
        raise UnreadableYAML(1 if mark is None else int(mark.line) + 1, _one_line(error.problem)) from error
    except (YAMLError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        # A wrong explicit tag (!!int few) or a thousand brackets: the reader names no line.
        raise UnreadableYAML(1, _one_line(None)) from error
    return document


def dump_document(document: object) -> str:
    """YAML text of plain mappings, lists, texts, numbers and dates, in a fixed style."""
    yaml = YAML(typ="rt", pure=True)
    yaml.width, yaml.allow_unicode = 120, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


class _DatesAsText(RoundTripConstructor):
    def construct_date_text(self, node: ScalarNode) -> str:
        return str(node.value)


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", _DatesAsText.construct_date_text)


class _PlainOnly(Composer):
    nodes = 0

    def compose_node(self, parent: Node | None, index: object) -> object:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            mark = self.parser.peek_event().start_mark
            raise ComposerError(None, None, f"too much: a file may have {MOST_NODES} values; make two of it", mark)
        if self.parser.check_event(AliasEvent):
            mark = self.parser.peek_event().start_mark
            raise ComposerError(None, None, "aliases are not used here: write the text out", mark)
        event = self.parser.peek_event()
        if getattr(event, "ctag", None) is not None:
            raise ComposerError(None, None, "tags (!) are not used here: put quotes around the text", event.start_mark)
        return super().compose_node(parent, index)


class _Shallow(RoundTripScanner):
    def fetch_flow_collection_start(self, token: object, to_push: str) -> None:
        if len(self.flow_context) >= DEEPEST_FLOW:
            raise ScannerError(None, None, "brackets are nested too deeply", self.reader.get_mark())
        super().fetch_flow_collection_start(token, to_push)


def _one_line(problem: str | None) -> str:
    return " ".join(str(problem or "cannot be read as YAML").split())
