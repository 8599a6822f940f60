# Two commands do all on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
TRAIN_STAMP := .venv/.installed-train
SYSTEM_PACKAGES := chromium poppler-utils fonts-noto-cjk fonts-arphic-uming fonts-arphic-ukai fonts-wqy-microhei \
	postgresql tesseract-ocr tesseract-ocr-chi-sim
UNREADABLE := 3 # `fuhe audit` ends with 3 when an input could not be read; examples/ holds one such file on purpose

.PHONY: help setup train run test test-browser test-cluster test-faults test-postgres check bench benchmarks fuzz serve lock docs \
	sbom vulnerabilities examples models system

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

setup: $(STAMP) ## environment in .venv: locked packages and this project, editable

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更新版本，当前为 " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(TRAIN_STAMP): $(STAMP) requirements-train.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements-train.lock \
		&& touch $@ || echo "PyTorch 未能安装：训练编码器的测试将跳过，其余不受影响。" >&2

train: $(TRAIN_STAMP) ## what training the encoder needs (PyTorch, transformers)

run: setup ## audits examples/ into out/, prints the top of the list and where the workbook lies
	@$(BIN)/fuhe audit examples -o out || [ $$? -eq $(UNREADABLE) ]

test: setup train ## all tests but those in a browser, on a cluster and on PostgreSQL
	$(BIN)/pytest -n auto --dist loadscope --ignore tests/browser --ignore tests/cluster

test-browser: setup ## the workbench in a real Chromium (needs it: make system)
	$(BIN)/pytest tests/browser

test-cluster: setup ## a real dask cluster, its workers killed (as root also in network namespaces)
	$(BIN)/pytest tests/cluster

test-postgres: setup ## the workbench's tests on a real PostgreSQL, started for them and thrown away (needs it: make system)
	$(BIN)/python -m bench.postgres $(BIN)/pytest -n auto --dist loadscope tests/review

test-faults: setup ## a batch killed a hundred times, pages that do harm, a full disk, a killed worker (half an hour)
	$(BIN)/python -m bench.faults

check: setup ## lint, format, types, layers, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python -m bench.rulebook | diff -q - docs/rules.md >/dev/null || { echo "docs/rules.md 与规则、用例不一致：请执行 make docs 并一并提交。" >&2; exit 1; }
	@$(BIN)/python -m fuhe.settings | diff -q - fuhe.toml >/dev/null || { echo "fuhe.toml 与默认值不一致：请执行 make docs 并一并提交。" >&2; exit 1; }

bench: setup ## accuracy and speed on flattened forms and worn pages (needs Chromium and pdftotext: make system)
	$(BIN)/python -m bench.flatten --synthetic 24 --seed 2
	$(BIN)/python -m bench.paper build/paper --forms 24 --seed 5
	$(BIN)/fuhe bench accuracy build/paper
	$(BIN)/fuhe bench speed examples/1[012]*
	$(BIN)/python -m bench.batch

RECORDS := docs/benchmarks
SOME = $(sort $(wildcard build/bench-paper/00[1-5]*))
benchmarks: setup ## measures everything that docs/benchmarks.md tells, and writes it again (an hour and more; needs make system)
	mkdir -p $(RECORDS)
	$(BIN)/python -m bench.paper build/bench-paper --forms 44 --seed 17 --kinds digital,clean,office,digital,skew,low,fax,seal,photo,faded,rot90,rot180,punched,bleed
	$(BIN)/fuhe bench accuracy build/bench-paper --json $(RECORDS)/accuracy.json
	$(BIN)/fuhe bench speed $(SOME) --times 1 --json $(RECORDS)/speed.json
	$(BIN)/python -m bench.stages $(filter-out %_digital.pdf,$(SOME)) --json $(RECORDS)/stages.json || true
	$(BIN)/python -m bench.growth $(filter-out %_digital.pdf,$(SOME)) --json $(RECORDS)/growth.json
	$(BIN)/python -m bench.soak build/soak --json $(RECORDS)/soak.json || true
	$(BIN)/python -m bench.book --draw > docs/benchmarks.md

MINUTES ?= 12
fuzz: setup ## every reader under mutated files for MINUTES (12) minutes in all; what trips one is kept in build/fuzz
	$(BIN)/python -m bench.fuzz --minutes $(MINUTES)

serve: setup ## the workbench, on this machine alone (http://127.0.0.1:8610)
	$(BIN)/fuhe serve --browser

docs: setup ## writes docs/rules.md, fuhe.toml and docs/licences.md from the rules, their cases and numbers, and the packages
	@$(BIN)/python -m bench.rulebook > docs/rules.md
	@$(BIN)/python -m fuhe.settings > fuhe.toml
	@$(BIN)/python -m bench.parts > docs/licences.md

# The tools have an environment of their own: the program needs none of them.
build/parts/.installed:
	$(PYTHON) -m venv build/parts
	build/parts/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1 cyclonedx-bom==7.5.0
	touch $@

sbom: setup build/parts/.installed ## the list of parts, weights included (build/sbom.cdx.json)
	build/parts/bin/cyclonedx-py environment $(BIN)/python --output-reproducible --output-file build/sbom.cdx.json
	$(BIN)/python -m bench.parts --weights build/sbom.cdx.json

vulnerabilities: build/parts/.installed ## what is known against the locked packages; fails where the database cannot be reached
	build/parts/bin/pip-audit --strict --requirement requirements.lock --require-hashes --disable-pip --progress-spinner off

models: setup ## trains the shipped models again from models/data
	$(BIN)/python -m bench.ship_models

examples: setup ## writes examples/ again
	$(BIN)/python -m bench.make_examples

# One OpenCV for all: the headless build with the contributed modules, which a peer of the benchmarks needs. The builds
# that other packages ask for write to the same folder, and two of them need libGL: they are left out of the lock file,
# which is why it is installed without looking for dependencies.
# The extra `train` has a lock file of its own: nothing else needs PyTorch, which is taken in its small build for CPUs.
LOCK := build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --no-header --no-emit-options \
	--unsafe-package opencv-python --unsafe-package opencv-contrib-python --unsafe-package opencv-python-headless \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: ## compiles both lock files from pyproject.toml (no index address gets in)
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check pip-tools
	$(LOCK) --extra bench --extra cluster --extra dev --extra paddle --output-file requirements.lock pyproject.toml
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["train"], sep="\n")' > build/lock/train.in
	$(LOCK) --constraint requirements.lock --output-file requirements-train.lock build/lock/train.in
	sed -i 's/^\(torch==[0-9.]*\)+cpu/\1/; s/ *# via .*build\/lock.*//' requirements-train.lock

system: ## browser, PDF tools, fonts and PostgreSQL of the slow tests (Debian; needs root)
	@if [ "$$(id -u)" -ne 0 ]; then echo "make system 需要 root 权限，已跳过。请自行安装：$(SYSTEM_PACKAGES)"; exit 0; fi; \
	if dpkg -s $(SYSTEM_PACKAGES) >/dev/null 2>&1; then echo "系统软件包已齐备。"; exit 0; fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	apt-get -qq update >/dev/null && apt-get -qq install --yes --no-install-recommends $(SYSTEM_PACKAGES) >/dev/null; \
	echo "系统软件包已安装。"
