"""One module per operation; each has forward and backward, composite ones their steps as well."""
