"""How fast the product is on this machine, beside a plain sequential version of the published pipeline."""
