"""One set of dependencies: pyproject.toml, the lock and environment.yml agree."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from rattler import MatchSpec, Version, VersionSpec

ROOT = Path(__file__).resolve().parents[1]
CONDA_NAME = {"duckdb": "python-duckdb", "pyyaml": "pyyaml", "babel": "babel"}
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[.*?\])?==([^ ;\\]+)", LOCK, re.M)
    return {canonical(name): version for name, version in pins}


def declared() -> list[Requirement]:
    extra = PROJECT["optional-dependencies"]["test"]
    return [Requirement(line) for line in [*PROJECT["dependencies"], *extra]]


def conda_lines() -> list[str]:
    return [line for line in CONDA["dependencies"] if isinstance(line, str)]


def pip_lines() -> list[str]:
    """What conda users get by pip, since conda has none of it."""
    (by_pip,) = [
        line["pip"] for line in CONDA["dependencies"] if isinstance(line, dict)
    ]
    return [line for line in by_pip if not line.startswith("-")]


@pytest.mark.parametrize("line", conda_lines())
def test_every_line_of_environment_yml_is_a_conda_match_specification(line):
    spec = MatchSpec(line, strict=True)
    assert spec.name is not None and spec.version is not None


@pytest.mark.parametrize("wanted", declared(), ids=lambda r: r.name)
def test_conda_users_get_what_the_lock_pins(wanted):
    name = canonical(wanted.name)
    by_pip = {canonical(Requirement(line).name): line for line in pip_lines()}
    if name in by_pip:
        assert Requirement(by_pip[name]).specifier.contains(locked()[name])
        return
    conda = CONDA_NAME.get(name, name)
    specs = {MatchSpec(line).name.normalized: MatchSpec(line) for line in conda_lines()}
    assert conda in specs, f"{wanted.name} is not in environment.yml"
    assert VersionSpec(str(specs[conda].version)).matches(Version(locked()[name]))


def test_environment_yml_names_nothing_that_the_project_does_not():
    names = {CONDA_NAME.get(canonical(r.name), canonical(r.name)) for r in declared()}
    extra = {MatchSpec(line).name.normalized for line in conda_lines()} - names
    extra |= {canonical(Requirement(line).name) for line in pip_lines()} - names
    assert extra == {"python", "pip"}


def test_the_lock_has_hashes_and_no_addresses():
    assert "://" not in LOCK and "index-url" not in LOCK and "find-links" not in LOCK
    packages = re.split(r"^(?=[A-Za-z])", LOCK, flags=re.M)[1:]
    assert len(packages) > 100
    assert all("--hash=sha256:" in package for package in packages)


@pytest.mark.parametrize("wanted", declared(), ids=lambda r: r.name)
def test_the_lock_satisfies_what_the_project_declares(wanted):
    assert wanted.specifier.contains(locked()[canonical(wanted.name)], prereleases=True)
