#!/bin/sh
# Installs the program into a virtual environment, for `make`: setup.sh FOLDER [EXTRAS]
#
# FOLDER is made with $PYTHON (python3) where there is none; EXTRAS are those of pyproject.toml.
# What pip says is kept in FOLDER/setup.log. Whatever ends the set-up is told in one sentence that
# says what to do, and the exit is 1.
set -u
cd "$(dirname "$0")/.." || exit 1
export PWD # requirements.txt names a file by it

VENV=$1
EXTRAS=${2:-}
PYTHON=${PYTHON:-python3}
LOG=$VENV/setup.log
GIGABYTES=3 # .venv with everything for the tests takes 2.4 GB, with torch for CPUs
NO_COMPILER="No C++ compiler works here, and llama.cpp has to be compiled: install one (sudo apt install g++), then run make again."

stop() {
  printf '%s\n' "$*" >&2
  exit 1
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

require_python() {
  command -v "$PYTHON" >/dev/null ||
    stop "There is no $PYTHON here: install Python 3.11 or newer, or name another one: make run PYTHON=python3.11"
  is_new_enough "$PYTHON" && return
  other=python3.11
  for name in python3.14 python3.13 python3.12 python3.11; do
    if is_new_enough "$name"; then other=$name; fi
  done
  stop "Python 3.11 or newer is needed and $PYTHON is $("$PYTHON" -V 2>&1): name another one: make run PYTHON=$other"
}

require_space() {
  free=$(df -Pk "$(dirname "$VENV")" | awk 'NR == 2 { print int($4 / 1048576) }')
  [ "$free" -ge "$GIGABYTES" ] ||
    stop "The disk has $free GB left and $GIGABYTES GB are needed in $(pwd): make room there, then run make again."
}

require_compiler() {
  for name in ${CXX:-c++ g++ clang++}; do
    if echo '#include <vector>' | "$name" -x c++ -fsyntax-only - 2>/dev/null; then return; fi
  done
  stop "$NO_COMPILER"
}

make_venv() {
  if [ -x "$VENV/bin/pip" ]; then
    is_new_enough "$VENV/bin/python" && return
    stop "Python 3.11 or newer is needed and $VENV has an older one: run make clean, then make run PYTHON=python3.11"
  fi
  require_python
  require_space
  require_compiler
  "$PYTHON" -m venv "$VENV" >/dev/null 2>&1 && [ -x "$VENV/bin/pip" ] ||
    stop "$PYTHON cannot make a virtual environment in $VENV: install the module venv (sudo apt install python3-venv), then run make again."
}

# One step: what it does and how long it takes, then what pip is to do.
step() {
  printf '%s…\n' "$1"
  shift
  "$VENV/bin/pip" install --progress-bar off "$@" >>"$LOG" 2>&1 || stop "$(why)"
}

# The sentence for what pip or the compiler said when they gave up.
why() {
  if said 'No space left on device'; then
    echo "The disk is full: make room for $GIGABYTES GB in $(pwd) and in ${TMPDIR:-/tmp}, then run make again."
  elif said 'ConnectionError|ConnectTimeout|ReadTimeout|Max retries exceeded|name resolution|Network is unreachable|Connection (refused|reset)|ProxyError'; then
    echo "The packages could not be fetched: see that this machine reaches the internet, then run make again."
  elif said 'CMAKE_CX*_COMPILER'; then
    echo "$NO_COMPILER"
  elif said 'Killed signal|std::bad_alloc|out of memory'; then
    echo "The memory is full: close other programs and run CMAKE_BUILD_PARALLEL_LEVEL=1 make run."
  else
    echo "The installation failed, and the last lines of $LOG say why: mend that, then run make again."
  fi
}

said() {
  grep -Eq "$1" "$LOG"
}

[ -n "$VENV" ] || stop "Say where to install: scripts/setup.sh .venv"
make_venv
: >"$LOG" || stop "The folder $VENV cannot be written to: see whose it is."
if [ -n "$EXTRAS" ]; then
  step "Installing what the tests need: about a minute" -c constraints.txt --editable ".[$EXTRAS]"
  exit
fi
step "Preparing pip" --upgrade pip
step "Fetching torch: 0.2 to 3 GB, some minutes" -c constraints.txt torch==2.13.0
step "Compiling llama.cpp: about 3 minutes on two cores" -r requirements.txt
step "Installing the other libraries: about a minute" -c constraints.txt --editable .
echo "Everything is set up."
