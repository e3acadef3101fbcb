"""Pictures of frames, truth and results side by side."""
