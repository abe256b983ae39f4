# make run     install what is missing, build, open the tutor
# make test    the same, then every test
# make truths  as root: put the tests' recorded cases to this machine's kernel again
# make demo    the picture in the README, from a transcript
# make bench   from a key to a finished screen, in milliseconds
# make install PREFIX=/usr/local
#              the program, its lessons, manual page and completions

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
RELEASE = --configuration release --static-swift-stdlib

.PHONY: run build test truths lint format install uninstall clean dependencies test-dependencies bench demo

run: build
	@exec $$($(SWIFT) build $(RELEASE) --show-bin-path)/chainwalk

build: dependencies
	$(SWIFT) build $(RELEASE) --product chainwalk

test: dependencies test-dependencies lint
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

truths:
	python3 Tests/SimulationTests/Resources/kernel/recorder/record.py

lint: dependencies
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

bench: build
	$(SWIFT) build $(RELEASE) --product Benchmarks
	@folder=$$($(SWIFT) build $(RELEASE) --show-bin-path) && $$folder/Benchmarks $$folder/chainwalk

demo: build
	$$($(SWIFT) build $(RELEASE) --show-bin-path)/chainwalk replay transcripts/step-the-incident.en.txt --format svg > transcripts/step-the-incident.svg

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

dependencies:
	@.ci/dependencies libedit-dev:/usr/include/histedit.h libmd-dev:/usr/include/sha2.h

test-dependencies:
	@.ci/dependencies libedit-dev:/usr/include/histedit.h tmux:/usr/bin/tmux asciinema:/usr/bin/asciinema

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/chainwalk $(DESTDIR)$(PREFIX)/share/man/man1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -s -m 755 $$($(SWIFT) build $(RELEASE) --show-bin-path)/chainwalk $(DESTDIR)$(PREFIX)/bin/chainwalk
	rm -rf $(DESTDIR)$(PREFIX)/share/chainwalk/lessons
	cp -R Lessons $(DESTDIR)$(PREFIX)/share/chainwalk/lessons
	chmod -R a+rX $(DESTDIR)$(PREFIX)/share/chainwalk/lessons
	install -m 644 chainwalk.1 $(DESTDIR)$(PREFIX)/share/man/man1/chainwalk.1
	$(DESTDIR)$(PREFIX)/bin/chainwalk --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/chainwalk
	$(DESTDIR)$(PREFIX)/bin/chainwalk --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_chainwalk
	$(DESTDIR)$(PREFIX)/bin/chainwalk --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/chainwalk.fish

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/share/chainwalk $(DESTDIR)$(PREFIX)/bin/chainwalk $(DESTDIR)$(PREFIX)/share/man/man1/chainwalk.1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/chainwalk $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_chainwalk \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/chainwalk.fish

clean:
	rm -rf .build
