"""From download to upload: the steps of a submission, in order, each of them resumable."""
