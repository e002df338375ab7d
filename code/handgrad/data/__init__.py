"""The names, the minibatch of the chapters, and the notebook's own file."""
