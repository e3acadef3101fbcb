"""``python -m ctc_submission`` is ``ctc-submission``."""

import sys

from ctc_submission.cli import main

sys.exit(main())
