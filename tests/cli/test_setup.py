"""What keeps the set-up from going on ends it with one sentence that says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "setup.sh"
TOOLS = "sh awk dirname grep cat mkdir chmod touch env".split()
"""What the script and the programs that stand in here may call."""

DF = 'printf "Filesystem 1024-blocks Used Available Capacity Mounted\\ndisk 9 9 {} 9%% /\\n"'
PYTHON = """
case "$*" in
*version_info*) exit {too_old} ;;
-V) echo Python {version} ;;
"-m venv "*) mkdir -p "$3/bin"; cp_pip "$3/bin/pip" ;;
esac
"""


def program(folder, name, text):
    path = folder / name
    path.write_text(f"#!{shutil.which('sh')}\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path):
    """A PATH with a good Python, a compiler and much room on the disk; tests take things away."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    program(folder, "df", DF.format(90 * 2**20))
    program(folder, "c++", "cat >/dev/null")
    program(folder, "python3", PYTHON.format(too_old=0, version="3.12.1"))
    pip(folder, 'printf "%s\\n" "$*" >>"$SAID"')
    return folder


def pip(folder, text):
    """The pip that the virtual environment will have."""
    program(folder, "its-pip", text)
    its = folder / "its-pip"
    program(folder, "cp_pip", f'cat {its} >"$1"; chmod +x "$1"')


def set_up(machine, *words, **settings):
    """Runs the real script with nothing but that PATH."""
    home = machine.parent
    done = subprocess.run(
        [shutil.which("sh"), str(SCRIPT), str(home / ".venv"), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": str(machine), "HOME": str(home), "SAID": str(home / "said")} | settings,
    )
    said = home / "said"
    return done, said.read_text().splitlines() if said.exists() else []


def the_sentence(machine, **settings):
    """What ends the set-up, which must be one line and an exit of 1."""
    done, _ = set_up(machine, **settings)
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr.strip()


def test_what_takes_long_is_told_and_what_pip_says_is_not(machine):
    pip(machine, 'printf "%s\\n" "$*" >>"$SAID"; echo noise; echo noise >&2')
    done, said = set_up(machine)
    assert done.returncode == 0, done.stderr
    assert "Compiling llama.cpp: about 3 minutes on two cores…" in done.stdout.splitlines()
    assert "noise" not in done.stdout + done.stderr
    assert "noise" in (machine.parent / ".venv" / "setup.log").read_text()
    assert [line.split()[-1] for line in said] == ["pip", "torch==2.13.0", "requirements.txt", "."]


def test_what_the_tests_need_comes_on_top(machine):
    _, said = set_up(machine, "dev,train")
    assert [line.split()[-1] for line in said] == [".[dev,train]"]


def test_an_old_python_is_told_with_the_one_to_choose(machine):
    program(machine, "python3", PYTHON.format(too_old=1, version="3.10.12"))
    told = "Python 3.11 or newer is needed and python3 is Python 3.10.12: name another one: "
    assert the_sentence(machine) == f"{told}make run PYTHON=python3.11"
    program(machine, "python3.12", PYTHON.format(too_old=0, version="3.12.1"))
    assert the_sentence(machine) == f"{told}make run PYTHON=python3.12"
    done, _ = set_up(machine, PYTHON="python3.12")
    assert done.returncode == 0, done.stderr


def test_an_environment_with_an_old_python_is_told(machine):
    home = machine.parent / ".venv" / "bin"
    home.mkdir(parents=True)
    program(home, "pip", "exit 1")
    program(home, "python", "exit 1")
    assert "has an older one: run make clean, then make run PYTHON=" in the_sentence(machine)
    program(home, "python", "exit 0")
    program(home, "pip", 'echo "No CMAKE_CXX_COMPILER could be found."; exit 1')
    assert the_sentence(machine).startswith("No C++ compiler works here")


def test_a_missing_python_is_told(machine):
    assert the_sentence(machine, PYTHON="python9").startswith("There is no python9 here: install")


def test_a_missing_compiler_is_told(machine):
    (machine / "c++").unlink()
    assert "install one (sudo apt install g++), then run make again." in the_sentence(machine)
    assert not (machine.parent / ".venv").exists()


def test_a_compiler_without_its_headers_is_a_missing_one(machine):
    program(machine, "c++", "cat >/dev/null; exit 1")
    assert the_sentence(machine).startswith("No C++ compiler works here")
    program(machine, "clang++", "cat >/dev/null")
    assert set_up(machine)[0].returncode == 0


def test_a_python_without_venv_is_told(machine):
    program(machine, "cp_pip", "echo ensurepip is not available; exit 1")
    assert "(sudo apt install python3-venv)" in the_sentence(machine)


def test_a_disk_that_is_too_small_is_told_before_anything_is_made(machine):
    program(machine, "df", DF.format(1 * 2**20))
    told = the_sentence(machine)
    assert told.startswith("The disk has 1 GB left and 3 GB are needed in ")
    assert not (machine.parent / ".venv").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_a_disk_that_fills_up_is_told(machine):
    pip(machine, "cat /proc/version >/dev/full")
    assert the_sentence(machine).startswith("The disk is full: make room for 3 GB in ")


@pytest.mark.parametrize(
    "words",
    [
        "OSError: [Errno 28] No space left on device",
        "fatal error: error writing to /tmp/x.s: No space left on device",
    ],
)
def test_a_disk_is_full_whoever_says_so(machine, words):
    pip(machine, f'echo "{words}" >&2; exit 1')
    assert the_sentence(machine).startswith("The disk is full: ")


def test_no_network_is_told_of_a_real_pip(machine):
    """The pip is the one that runs these tests, and its index a port that nobody listens on."""
    pip(machine, f'exec {sys.executable} -m pip "$1" --isolated --no-deps --target "$SAID" '
                 '--index-url http://127.0.0.1:9/simple --retries 1 nosuch-package')  # fmt: skip
    told = the_sentence(machine, PYTHONPATH=os.pathsep.join(sys.path))
    assert told.startswith("The packages could not be fetched: see that this machine reaches")


def test_a_compiler_that_was_killed_is_told(machine):
    pip(machine, 'echo "c++: fatal error: Killed signal terminated program cc1plus"; exit 1')
    assert "CMAKE_BUILD_PARALLEL_LEVEL=1 make run" in the_sentence(machine)


def test_any_other_fault_is_told_with_where_it_is_written(machine):
    pip(machine, "echo strange; exit 1")
    told = the_sentence(machine)
    assert f"the last lines of {machine.parent}/.venv/setup.log say why" in told


def test_the_second_run_sets_nothing_up(tmp_path):
    """Make is asked what it would do where both stamps are newer than what they depend on."""
    for stamp in (".run", ".dev"):
        (tmp_path / stamp).touch()
    command = ["make", "--dry-run", "run", f"VENV={tmp_path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert "t2i-chat serve" in done.stdout
    assert "setup.sh" not in done.stdout
    (tmp_path / ".run").unlink()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert "setup.sh" in done.stdout


def test_llama_cpp_is_compiled_without_what_nothing_uses():
    """The file that says so lies where requirements.txt looks for it from this folder."""
    text = (ROOT / "requirements.txt").read_text()
    (option,) = (line for line in text.splitlines() if line.startswith("llama-cpp-python"))
    named = option.split("INCLUDE=")[1].strip('"').replace("${PWD}", str(ROOT))
    settings = Path(named).read_text()
    assert "set(LLAMA_BUILD_COMMON OFF)" in settings
    assert "set(LLAVA_BUILD OFF)" in settings
