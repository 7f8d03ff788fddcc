#!/bin/sh
# Make the virtual environment: venv.sh FOLDER [PYTHON]
#
# A shell script, because what it looks for is a Python that can do the rest. Keeps an environment
# that works; otherwise takes the first fit interpreter, or says in one sentence what is missing.
set -eu
folder=$1
candidates=${2:-"python3.13 python3.12 python3.11 python3"}

# The name may exist and still not run (a version manager's stand-in), so each question is asked.
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
makes_venvs() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

first() { # first QUESTION: the first candidate that is new enough and of which it is true
    for python in $candidates; do
        if is_new_enough "$python" && "$1" "$python"; then
            echo "$python"
            return
        fi
    done
}

stop() {
    echo "$1" >&2
    exit 1
}

if is_new_enough "$folder/bin/python" && "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=$(first makes_venvs)
if [ -z "$python" ]; then
    python=$(first true)
    [ -n "$python" ] || stop "Rujukan needs Python 3.11 or newer, and none of these is: $candidates. Name one with PYTHON=/path/to/python3."
    # Debian ships Python without the part that makes virtual environments.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing python3-venv"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq || true
        apt-get install -qq -y --no-install-recommends python3-venv >/dev/null || true
    fi
    makes_venvs "$python" || stop "$python cannot make virtual environments: install python3-venv (Debian, Ubuntu) or name another interpreter with PYTHON=."
fi

echo "Making $folder with $("$python" --version)"
"$python" -m venv --clear "$folder"
