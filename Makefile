# `make site` and `make test` are the two commands of the README; `make` alone lists them all.
# PYTHON is the Python that makes the environment: make site PYTHON=python3.11
PYTHON ?= python3
BIN = .venv/bin

.PHONY: help environment site test lint exercises bench ledger clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 20

environment:  ## set up .venv, with the exact versions of requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here: install Python 3.11 to 3.14, or name the one that you have, for example make site PYTHON=python3.11." >&2; exit 1; }
	@$(PYTHON) code/tools/environment.py

# Sphinx warns of a page once, when it reads it: after a build that failed or was cut off it must read all again.
site: environment  ## execute the chapters, build the book and check it
	@test -e _build/finished || rm -rf _build/.doctrees
	@rm -f _build/finished
	$(BIN)/jupyter-book build . -W -n --keep-going
	@$(BIN)/python code/tools/check_site.py
	@touch _build/finished
	@echo "Open _build/html/index.html, or serve it with: python3 -m http.server -d _build/html"

test: environment  ## run the tests, all but the slow ones
	$(BIN)/pytest

lint: environment  ## look for slips in the code and in the chapters' markdown
	$(BIN)/ruff check .
	$(BIN)/python code/tools/lint_book.py

exercises: environment  ## check your answers in exercises/
	@$(BIN)/handgrad check

bench: environment  ## measure one step of training, by hand and with autograd
	@$(BIN)/handgrad bench

ledger: environment  ## write book/ledger.json anew from the tests
	$(BIN)/pytest tests/ops/test_ledger.py --write-ledger

clean:  ## remove what was built; the environment stays
	rm -rf _build .pytest_cache .hypothesis .ruff_cache .set-up.log
