"""Files, folders, peers from elsewhere, parameters: what the engine gets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import ScenarioError, UsageError
from harness.scenario.caution import Allow, Environment
from harness.scenario.load import load_scenarios
from harness.scenario.model import Step
from harness.scenario.params.negotiation import EchoParams
from harness.scenario.peers import PeerSpec
from harness.standard.ae import AEAddress

ROOT = Path(__file__).parents[2]
HEAD = "version: 1\npeers: {archive: {address: 'ARCHIVE@127.0.0.1:104'}}\nscenarios:\n"
ECHO = "  - id: echo\n    peer: archive\n    steps:\n      - echo: {}\n"


def called(step: Step) -> str | None:
    params = step.resolve({}).params
    assert isinstance(params, EchoParams)
    return params.called_ae_title


def write(path: Path, text: str = HEAD + ECHO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_gives_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "deeper/c.yaml", "notes.txt", ".hidden.yaml", ".venv/lib/d.yaml"):
        write(tmp_path / name)
    files = load_scenarios([tmp_path])
    assert [file.path.relative_to(tmp_path).as_posix() for file in files] == ["a.yml", "b.yaml", "deeper/c.yaml"]


def test_a_hidden_folder_that_is_named_is_read(tmp_path: Path) -> None:
    write(tmp_path / ".ci" / "a.yaml")
    assert [file.path.name for file in load_scenarios([tmp_path / ".ci"])] == ["a.yaml"]


def test_a_file_given_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("a.yaml"))
    assert [file.file for file in load_scenarios([Path("a.yaml"), Path("./a.yaml"), tmp_path])] == ["a.yaml"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing.yaml", "there is no file or folder"), ("empty", "holds no scenario files")],
)
def test_paths_that_lead_nowhere(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=words):
        load_scenarios([tmp_path / name])


def test_two_files_whose_checks_would_share_ids(tmp_path: Path) -> None:
    paths = [write(tmp_path / "one" / "site.yaml"), write(tmp_path / "two" / "site.yaml")]
    with pytest.raises(UsageError, match="have the same name"):
        load_scenarios(paths)


def test_a_peers_file_says_how_the_site_knows_us(tmp_path: Path) -> None:
    """Key by key: what it does not say stays as the scenario file has it."""
    scenarios = write(
        tmp_path / "a.yaml", HEAD.replace("peers:", "local: {ae_title: OURS, listen: 104}\npeers:") + ECHO
    )
    peers = write(tmp_path / "site.yaml", "version: 1\nlocal: {listen: 11113}\npeers: {archive: {address: X@h:104}}\n")
    (file,) = load_scenarios([scenarios], peers)
    assert (file.local.ae_title, file.local.listen) == ("OURS", 11113)
    peers.write_text("version: 1\nlocal: {lisen: 11113}\npeers: {}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"site\.yaml:2:9: unknown key `lisen`; did you mean `listen`"):
        load_scenarios([scenarios], peers)


def test_peers_of_a_peers_file_win_and_are_not_read_as_scenarios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_TEST_ADDRESS", "SITE@10.0.0.1:11112")
    site = write(
        tmp_path / "site.yaml",
        "version: 1\npeers:\n  archive: {address: '${env.HARNESS_TEST_ADDRESS}', allow: store}\n"
        "  other: {reference: OTHER}\n",
    )
    write(tmp_path / "checks.yaml")
    [file] = load_scenarios([tmp_path], site)
    assert set(file.peers) == {"archive", "other"}
    assert str(file.peers["archive"].address) == "SITE@10.0.0.1:11112"
    assert file.peers["archive"].allow == [Allow.STORE]
    assert file.secrets == {"SITE@10.0.0.1:11112"}
    assert "OTHER" in file.stated


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n", "a peers file is a mapping"),
        ("peers: {}\n", "`version` is missing"),
        ("version: 1\npeers: {a: {address: X}}\n", "has no `@`"),
        ("version: 1\npeers: {}\nscenarios: []\n", "unknown key `scenarios`"),
        ("version: 1\npeers: {a: {reference: {knows: b}}}\n", "`b` is neither `local`"),
        ("version: [\n", "not valid YAML"),
    ],
)
def test_mistakes_in_a_peers_file(tmp_path: Path, text: str, words: str) -> None:
    site = write(tmp_path / "site.yaml", text)
    with pytest.raises(ScenarioError, match=words) as caught:
        load_scenarios([write(tmp_path / "checks.yaml")], site)
    assert str(caught.value).startswith(f"{site}:")


def test_an_override_takes_the_place_of_a_peer_and_says_nothing_of_its_environment(tmp_path: Path) -> None:
    text = (HEAD + ECHO).replace("104'", "104', environment: test, allow: [store]")
    path = write(tmp_path / "checks.yaml", text)
    [file] = load_scenarios([path])
    assert file.peers["archive"].effective_environment is Environment.TEST
    [file] = load_scenarios([path], None, {"archive": PeerSpec(address=AEAddress("OTHER", "::1", 4242))})
    assert str(file.peers["archive"].address) == "OTHER@[::1]:4242"
    assert file.peers["archive"].effective_environment is Environment.UNSPECIFIED
    assert file.peers["archive"].allow == []


def test_an_override_can_describe_a_peer_that_the_file_only_names(tmp_path: Path) -> None:
    path = write(tmp_path / "checks.yaml", "version: 1\nscenarios:\n" + ECHO)
    with pytest.raises(ScenarioError, match="there is no peer `archive`"):
        load_scenarios([path])
    [file] = load_scenarios([path], None, {"archive": PeerSpec(address=AEAddress("A", "h", 1))})
    assert list(file.peers) == ["archive"]


def test_an_override_of_a_peer_that_nobody_names_is_a_typing_mistake(tmp_path: Path) -> None:
    path = write(tmp_path / "checks.yaml")
    with pytest.raises(UsageError, match=r"no file has or uses a peer `archiv`; did you mean `archive`\?"):
        load_scenarios([path], None, {"archiv": PeerSpec(address=AEAddress("A", "h", 1))})


def test_deadlines_of_the_file_hold_where_a_peer_names_none(tmp_path: Path) -> None:
    text = (HEAD + ECHO).replace("104'", "104', timeouts: {response: 2 s}")
    path = write(tmp_path / "checks.yaml", text + "timeouts: {response: 5 s, connect: 500 ms}\n")
    [file] = load_scenarios([path])
    timeouts = file.peers["archive"].timeouts
    assert (timeouts.response, timeouts.connect, timeouts.release) == (2.0, 0.5, None)


def test_each_combination_of_parameters_is_a_scenario(tmp_path: Path) -> None:
    path = write(
        tmp_path / "matrix.yaml",
        "version: 1\npeers: {one: {reference: ONE}, two: {reference: TWO}}\nscenarios:\n"
        "  - id: titles\n    name: Called ${title} at ${site}\n    peer: ${site}\n"
        "    parameters: {site: [one, two], title: [A, '0012']}\n"
        "    steps:\n      - echo: {called_ae_title: '${title}'}\n        title: To ${title}\n",
    )
    [file] = load_scenarios([path])
    assert [scenario.id for scenario in file.scenarios] == [
        "matrix/titles[one,A]",
        "matrix/titles[one,0012]",
        "matrix/titles[two,A]",
        "matrix/titles[two,0012]",
    ]
    last = file.scenarios[-1]
    assert (last.slug, last.name, last.peer) == ("titles", "Called 0012 at two", "two")
    assert last.parameters == {"site": "two", "title": "0012"}
    [step] = last.steps
    assert (step.peer, step.title, step.source) == ("two", "To 0012", f"{path}:9")
    assert called(step) == "0012"


def test_steps_shared_by_an_alias_are_read_with_the_parameters_of_each_scenario(tmp_path: Path) -> None:
    scenario = "  - id: {0}\n    peer: archive\n    parameters: {{title: [{0}]}}\n    steps: {1}\n"
    steps = "&steps\n      - echo: {called_ae_title: '${title}'}"
    path = write(tmp_path / "shared.yaml", HEAD + scenario.format("a", steps) + scenario.format("b", "*steps"))
    [file] = load_scenarios([path])
    titles = [called(scenario.steps[0]) for scenario in file.scenarios]
    assert titles == ["a", "b"]


def test_what_a_scenario_says_of_itself(tmp_path: Path) -> None:
    path = write(
        tmp_path / "whole.yaml",
        HEAD + "  - id: whole\n    peer: archive\n    tags: smoke\n    level: recommended\n"
        "    verifies: [PS3.8 9.3.4, ul/rj-reason]\n    requires: [{sop_class: CT Image Storage}]\n"
        "    expected_failure: {reason: r, owner: o, expires: 2030-02-28, matches: 0110H}\n"
        "    steps:\n      - id: first\n        echo:\n      - echo: {}\n",
    )
    [file] = load_scenarios([path])
    [scenario] = file.scenarios
    assert (scenario.tags, scenario.level) == (("smoke",), "recommended")
    assert scenario.verifies == ("PS3.8 9.3.4", "ul/rj-reason")
    [requirement] = scenario.requires
    assert requirement == {"sop_class": "1.2.840.10008.5.1.4.1.1.2", "transfer_syntax": "1.2.840.10008.1.2"}
    assert scenario.expected_failure is not None
    assert scenario.expected_failure.expires.isoformat() == "2030-02-28"
    assert [step.id for step in scenario.steps] == ["first", "2"]
    assert (file.name, scenario.name) == ("whole", "whole")


def test_what_people_type_stays_what_it_is(tmp_path: Path) -> None:
    path = write(
        tmp_path / "typed.yaml",
        "version: 1\nlocal: {ae_title: NO}\npeers: {a: {address: 1E5@127.0.0.1:104}}\nscenarios:\n"
        "  - id: a\n    peer: a\n    steps:\n      - find:\n          level: STUDY\n"
        "          keys: {PatientID: 0012, StudyDate: 20240101, StudyID: 12:30, PatientName: }\n",
    )
    [file] = load_scenarios([path])
    assert file.local.ae_title == "NO"
    assert file.peers["a"].address == AEAddress("1E5", "127.0.0.1", 104)
    params = file.scenarios[0].steps[0].resolve({}).params
    assert params.keys == {  # type: ignore[attr-defined]  # of a find
        "PatientID": "0012",
        "StudyDate": "20240101",
        "StudyID": "12:30",
        "PatientName": "",
    }


def test_a_file_without_attributes_does_without_the_data_dictionary(tmp_path: Path) -> None:
    path = write(tmp_path / "echo.yaml")
    code = (
        "import sys; from pathlib import Path; from harness.scenario.load import load_scenarios;"
        f"load_scenarios([Path({str(path)!r})]);"
        "print(sorted({'pydicom', 'pynetdicom', 'difflib', 'rich', 'jinja2', 'harness.net.dial'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
