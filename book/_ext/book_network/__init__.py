"""The map of the network, and the strip that shows where a chapter is."""
