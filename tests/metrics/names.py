"""All metrics there are, and those that a query names."""

from __future__ import annotations

import re

import promql_parser

from gameserver.metrics.catalogue import CATALOGUE
from gameserver.metrics.own_process import ProcessFigures

TARGET_LABELS = frozenset({"instance", "job"})  # Prometheus adds them
OF_PROMETHEUS = frozenset({"up"})  # its own, about each target


def names() -> set[str]:
    """All metrics by name, the process's own included."""
    process = {sample.name for family in ProcessFigures().collect() for sample in family.samples}
    return {*CATALOGUE, *process}


def check(query: str) -> set[str]:
    """Return the metrics that a PromQL query names; every name, label and label value must be one there is.

    Raises ValueError where the query is no PromQL.
    """
    found: set[str] = set()

    def visit(expression: promql_parser.Expr) -> None:
        if isinstance(expression, promql_parser.MatrixSelector):
            expression = expression.vector_selector
        if isinstance(expression, promql_parser.VectorSelector):
            found.add(_check_selector(expression))

    promql_parser.walk(promql_parser.parse(query), visit)
    assert found, query
    return found


def _check_selector(selector: promql_parser.VectorSelector) -> str:
    shown = selector.name or ""
    name = shown
    for part in ("_bucket", "_sum", "_count"):
        base = shown.removesuffix(part)
        if base in CATALOGUE and CATALOGUE[base].kind == "histogram":
            name = base
    assert name in names() | OF_PROMETHEUS, f"there is no metric {shown}"
    assert name not in CATALOGUE or name != shown or CATALOGUE[name].kind != "histogram", shown
    for matcher in selector.matchers.matchers:
        if matcher.name in TARGET_LABELS:
            continue
        for value in re.split(r"\|", matcher.value):
            assert value in CATALOGUE[name].labels[matcher.name], f"{shown}: no {matcher.name} is {value}"
    return name
