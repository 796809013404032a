# What users and CI call. The work is done by cargo and by the scripts that are named here.
#
#   make              the release library
#   make demo         the library against a local service: five documented answers, two more, a file
#   make install      PREFIX=/usr/local DESTDIR= TARGET= (a triple, when cross-compiled)
#   make test         every check; make test LANES="header install" some of them
#   make conformance  one list of cases in every language
#   make bench        figures, side by side with others; never fails on time
#   make simulation   a fleet of a million clients, and what it does to the service
#   make header       include/upgradelink.h from src/ffi
#   make notices      THIRD-PARTY-NOTICES from the crates in Cargo.lock

PREFIX ?= /usr/local
DESTDIR ?=
TARGET ?=
LANES ?=
CARGO ?= cargo
CC ?= cc
CXX ?= c++

OUT := $(abspath $(or $(CARGO_TARGET_DIR),target))
STAGE := $(CURDIR)/build/stage

.PHONY: library archive dev-server stage demo install header notices test conformance bench simulation clean

# One crate type at a time: with several cargo leaves out the link-time optimisation.
# Where rustc links with its own lld, equal functions become one.
HOST := $(shell rustc -vV | sed -n 's/^host: //p')
LLD := $(wildcard $(shell rustc --print sysroot)/lib/rustlib/$(HOST)/bin/gcc-ld/ld.lld)
ICF := -- -C link-arg=-Wl,--icf=all
FOLD := $(if $(and $(LLD),$(filter x86_64-unknown-linux-gnu,$(or $(TARGET),$(HOST)))),$(ICF))

library:
	$(CARGO) rustc --release --locked --lib --crate-type cdylib $(if $(TARGET),--target $(TARGET)) $(FOLD)

archive:
	$(CARGO) rustc --release --locked --lib --crate-type staticlib $(if $(TARGET),--target $(TARGET))

dev-server:
	$(CARGO) build --locked -p dev-server

install: library archive
	packaging/install.sh "$(PREFIX)" "$(DESTDIR)" "$(OUT)/$(if $(TARGET),$(TARGET)/)release"

# The examples see what a user sees: an installed library. Lanes of the tests make them side by side, hence each in
# one step.
stage: library
	@packaging/install.sh "$(STAGE)" "" "$(OUT)/release" >/dev/null

build/%: examples/c/%.c stage
	$(CC) -std=c99 -O2 -Wall -Wextra -Wpedantic -Wconversion $(CFLAGS) $< -o $@.$$$$ -I$(STAGE)/include \
		-L$(STAGE)/lib -lupgradelink -Wl,-rpath,$(STAGE)/lib && mv -f $@.$$$$ $@

build/%-cpp: examples/cpp/%.cpp stage
	$(CXX) -std=c++17 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow $(CXXFLAGS) $< -o $@.$$$$ -I$(STAGE)/include \
		-L$(STAGE)/lib -lupgradelink -Wl,-rpath,$(STAGE)/lib && mv -f $@.$$$$ $@

demo: build/check build/fetch dev-server
	@CARGO_TARGET_DIR="$(OUT)" scripts/with-dev-server.sh --quiet -- build/check
	@echo
	@rm -rf build/demo
	@CARGO_TARGET_DIR="$(OUT)" scripts/with-dev-server.sh --quiet --catalogue examples/demo.toml -- \
		build/fetch apk isVZBUvkFhv6oHxk_X-D0Q 1 build/demo

header:
	scripts/header.sh include/upgradelink.h

notices:
	packaging/dependencies.py notices > THIRD-PARTY-NOTICES

test:
	tests/run.sh $(LANES)

conformance:
	tests/conformance/run.sh

bench:
	benches/run.sh

simulation:
	$(CARGO) run --quiet --release --example simulation -- docs/simulation.svg

clean:
	$(CARGO) clean
	rm -rf build
