"""The reader's side of the exercises: the work folder, the record of what was tried, and what is shown."""
