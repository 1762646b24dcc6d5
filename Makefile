PYTHON ?= python3

.PHONY: help run test check reset bench bench-faults

help:
	@$(PYTHON) ops/bootstrap.py help

run:
	@$(PYTHON) ops/bootstrap.py run

test:
	@$(PYTHON) ops/bootstrap.py test $(ARGS)

check:
	@$(PYTHON) ops/bootstrap.py check

reset:
	@$(PYTHON) ops/bootstrap.py reset

bench:
	@$(PYTHON) ops/bootstrap.py bench $(ARGS)

bench-faults:
	@$(PYTHON) ops/bootstrap.py bench-faults $(ARGS)
