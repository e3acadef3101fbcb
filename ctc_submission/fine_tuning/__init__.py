"""A network adapted to a recording by a few of its annotated frames: trained on briefly, thresholds fitted."""
