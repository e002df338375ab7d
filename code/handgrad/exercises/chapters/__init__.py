"""The definitions, one module for each chapter that has exercises; `registry` puts them in order."""
