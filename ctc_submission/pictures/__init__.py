"""Pictures of frames, reference annotations and results side by side."""
