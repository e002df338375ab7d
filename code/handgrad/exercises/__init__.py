"""The exercises: one definition for the chapter, the command line, the page and the tests."""
