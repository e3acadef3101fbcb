"""Recordings as microscopes and their software leave them: frames of many formats, read one by one."""
