"""What is used from Python: arrays in, arrays out, by the same code as the commands."""
