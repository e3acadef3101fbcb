"""What the columns of an evaluation mean, in a line each; docs/evaluation.md tells how they are computed."""

from types import MappingProxyType

MEANINGS = MappingProxyType(
    {
        "SEG": "how well cells are outlined: mean Jaccard index of reference cells with their matches, 0 without one",
        "DET": "how well cells are found: 1 less the cost of mending (missed 10, split 5, extra 1), over 10 a marker",
        "TRA": "how well cells are tracked: the same, with the cost of links",
        "LNK": "how well cells are linked: the cost of links alone",
        "OP_CSB": "mean of SEG and DET: the segmentation benchmark ranks by it",
        "OP_CTB": "mean of SEG and TRA: the tracking benchmark ranks by it",
        "MeanIoU": "overlap of cells and of background with the references, cells not told apart; not the challenge's",
        "PESEG": "SEG per million parameters of the networks: the paper's measure of efficiency; not limited to 1",
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
