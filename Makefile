# make course   set up, build and serve the course on this machine
# make test     set up and run every test
# make site     set up and build the site strictly into site/
# make zensical build the site with Zensical into .cache/zensical/site/, the labs as Markdown
# make test-lowest   run proofs, fences and exercises on the lowest versions of the libraries taught
# make stills   renew the stills of the drawn figures
# make pictures take the README's picture and the social card again
# make bench    set up and run every benchmark: one table (ARGS="build pages" runs these)
# make lock     renew the pinned versions (needs the network)

PORT ?= 8000
STRICT := --strict-config --strict-markers
TESTS ?= tests quizzes
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
# Material announces MkDocs 2 at every build; the answer is written down in mkdocs.yml.
export NO_MKDOCS_2_WARNING := 1
# Thousands of processes import the course: each would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: course test test-lowest site zensical stills pictures bench lock setup

course: setup
	@$(BIN)/poolschool serve --port $(PORT)

test: setup
	@$(BIN)/python -m pytest $(STRICT) --numprocesses auto $(TESTS) $(ARGS)

# The Starlette of FastAPI below 0.133 uses a name that anyio has replaced since.
OLD_NAMES := -W "ignore:The anyio.abc.BlockingPortal alias is deprecated:DeprecationWarning"

test-lowest: setup
	@$(BIN)/python .ci/lowest.py
	@PYTHONPATH=.venv/lowest $(BIN)/python -m pytest $(STRICT) $(OLD_NAMES) --numprocesses auto quizzes \
	  tests/content/test_fences.py tests/content/test_exercises.py $(ARGS)

site: setup
	@$(BIN)/poolschool lint
	@$(BIN)/mkdocs build --strict --quiet --site-dir site

# Zensical reads no notebooks: it builds a copy of the course in which they are Markdown.
zensical: setup
	@$(BIN)/poolschool lint
	@$(BIN)/python -P -m poolschool.site.notebooks .cache/zensical
	@cd .cache/zensical && POOLSCHOOL_ROOT=$$PWD $(abspath $(BIN))/zensical build --strict --clean

stills: setup
	@$(BIN)/python tests/content/test_stills.py

pictures: setup
	@$(BIN)/python tests/bench/pictures.py

bench: setup
	@$(BIN)/python tests/bench $(ARGS)

lock: setup
	@$(BIN)/uv pip compile --quiet pyproject.toml --extra course --extra test --universal --generate-hashes --upgrade \
	  --no-annotate --no-header --no-emit-index-url --output-file .ci/requirements.lock
	@$(BIN)/python .ci/lowest.py lock

setup:
	@found=; \
	for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python py; do \
	  command -v $$python >/dev/null 2>&1 || continue; \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then exec $$python .ci/bootstrap.py; fi; \
	  found="$$found $$($$python -c 'import sys; print(sys.version.split()[0])' 2>/dev/null)"; \
	done; \
	echo "Pool School needs Python 3.11 or newer, and found$${found:- none}. Install it (python.org, or your package manager) and run the command again." >&2; \
	exit 2
