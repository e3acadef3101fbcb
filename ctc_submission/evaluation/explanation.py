"""What the columns of an evaluation mean, in a line each; docs/evaluation.md tells how they are computed."""

from types import MappingProxyType

from ctc_submission.evaluation.measures import MEASURES

MEANINGS = MappingProxyType(
    {
        **{measure.title: measure.meaning for measure in MEASURES},
        "cells": "reference cells of SEG",
        "matched": "those of them that an object of the results covers by more than half",
        "their J": "mean Jaccard index of the matched cells alone: how good outlines are where cells are found",
        "markers": "reference markers of DET",
        "missed": "markers without a match",
        "extra": "objects of the results without a marker",
        "splits": "operations that split objects which match several markers",
        "links": "links of the reference tracks, from frame to frame",
        "to add": "links that are missing",
        "to delete": "links that are too many",
        "wrong": "links whose meaning is wrong: a division taken for a move, or the other way round",
    }
)
"""Meaning of each column, by its title."""


def explain_columns() -> str:
    """Return a line for each column: its title and what it means. Measures are 0 at worst and 1 at best."""
    width = max(map(len, MEANINGS))
    return "\n".join(f"{title:<{width}}  {meaning}" for title, meaning in MEANINGS.items())
