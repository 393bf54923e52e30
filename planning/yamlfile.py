"""Read YAML that can neither run anything nor swell, loop or say a thing twice."""

from __future__ import annotations

from typing import Any

import yaml


def _fast_loader() -> Any:
    """Return a loader that scans with PyYAML's C library, where there is one.

    Nodes are put together in Python: the C library does that by recursion without a limit, and deep nesting ends the process.
    """
    parser = getattr(yaml, "cyaml", None)
    if parser is None:
        return yaml.SafeLoader
    bases = (yaml.composer.Composer, parser.CParser, yaml.constructor.SafeConstructor, yaml.resolver.Resolver)

    def begin(self: Any, stream: str) -> None:
        parser.CParser.__init__(self, stream)
        for base in (bases[0], *bases[2:]):
            base.__init__(self)

    return type("FastLoader", bases, {"__init__": begin})


_FAST = _fast_loader()
MAX_NODES = 1_000_000
"""Values a file may hold once its aliases are written out; a few lines of nested aliases reach billions."""


def read_yaml(text: str) -> Any:
    """Return the plain data of a YAML text.

    Raises
    ------
    yaml.YAMLError
        If it is not YAML, holds tags of programs, a key twice, an alias to itself, or too many values.
    """
    return compose_yaml(text)[1]


def compose_yaml(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the nodes of a YAML text (they know their lines) and its plain data; see :func:`read_yaml`."""
    try:
        try:
            return _composed(text, _FAST)
        except yaml.YAMLError:  # said in the same words on every machine
            return _composed(text, yaml.SafeLoader)
    except RecursionError:
        raise yaml.YAMLError("nested too deeply") from None
    except ValueError as error:  # a date like 2020-13-45 is no date
        raise yaml.YAMLError(str(error)) from None


def _composed(text: str, kind: Any) -> tuple[yaml.Node | None, Any]:
    loader = kind(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        _weigh(node, {}, set())
        return node, loader.construct_document(node)
    finally:
        loader.dispose()


def _weigh(node: yaml.Node, known: dict[int, int], open_: set[int]) -> int:
    """Return how many values a node stands for, aliases written out."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) in known:
        return known[id(node)]
    if id(node) in open_:
        raise _refused(node, "an alias points to itself")
    open_.add(id(node))
    parts: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        _no_key_twice(node)
        parts = [part for pair in node.value for part in pair]
    elif isinstance(node, yaml.SequenceNode):
        parts = list(node.value)
    size = 1 + sum(_weigh(part, known, open_) for part in parts)
    if size > MAX_NODES:
        raise _refused(node, "too many values")
    open_.discard(id(node))
    known[id(node)] = size
    return size


def _no_key_twice(node: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _refused(key, "a key must be a plain word")
        if key.value in seen and key.value != "<<":
            raise _refused(key, f"the key {key.value!r} is given twice")
        seen.add(key.value)


def _refused(node: yaml.Node, reason: str) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=reason, problem_mark=node.start_mark)
