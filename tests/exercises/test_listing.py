"""The catalogue says what the definitions say, without running them, and finds what a reader means."""

import re
import subprocess

import pytest
import stubs

from handgrad.exercises import hints, listing, literals, registry, sources

ENTRIES = listing.entries()
every = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])


def test_the_catalogue_is_read_from_the_text_and_says_what_the_definitions_say():
    # NotLiteral here: a field is computed, so that every command would have to load torch.
    assert [listing.entry(n, fields) for n, fields in enumerate(literals.read(), 1)] == list(ENTRIES)
    assert [listing.entry(n, fields) for n, fields in enumerate(listing.imported(), 1)] == list(ENTRIES)
    assert [entry.name for entry in ENTRIES] == [exercise.name for exercise in registry.ALL]
    assert [entry.page for entry in ENTRIES] == [exercise.page for exercise in registry.ALL]


@pytest.mark.parametrize("text", [
    "EXERCISES = tuple(make())", "EXERCISES = (Exercise(**fields),)", "EXERCISES = (make('x'),)", "",
    "EXERCISES = (Exercise(name=f'{x}', stem='s', section='c', title='t', difficulty=1, importance=1, minutes=1,"
    " hints=(), mutants=()),)",
])
def test_definitions_that_are_computed_are_run_instead(text, tmp_path, monkeypatch):
    (tmp_path / "computed.py").write_text(text)
    with pytest.raises(literals.NotLiteral):
        literals.definitions(tmp_path / "computed.py")
    monkeypatch.setattr(literals, "modules", lambda: [tmp_path / "computed.py"])
    assert listing.entries.__wrapped__() == ENTRIES


@pytest.mark.parametrize("text", ["ALL = ()", "ALL: tuple = tuple(found)", "ALL: tuple = (*found,)"])
def test_a_registry_that_is_computed_is_run_instead(text, tmp_path, monkeypatch):
    (tmp_path / "registry.py").write_text(text)
    monkeypatch.setattr(literals, "REGISTRY", tmp_path / "registry.py")
    with pytest.raises(literals.NotLiteral):
        literals.modules()
    assert listing.entries.__wrapped__() == ENTRIES


def test_an_exercise_is_found_by_name_number_and_file():
    third = ENTRIES[2]
    assert listing.find(third.name) is listing.find("3") is third
    of_file = listing.find_all(f"some/folder/{third.stem}.py")
    assert of_file == tuple(entry for entry in ENTRIES if entry.stem == third.stem)
    assert listing.find_all("3") == (third,)


@pytest.mark.parametrize("word, says", [
    ("linear_dv", "did you mean linear_d"), ("tied", "did you mean tied_table?"), ("zzz", "`handgrad list` shows"),
    ("0", f"numbered from 1 to {len(ENTRIES)}"), ("1000", "numbered from 1"), ("²", "no exercise '²'"),
    ("linaer.py", "no file of exercises linaer.py; there are "), ("", "no exercise ''"),
])
def test_an_unknown_one_is_answered_with_the_nearest(word, says):
    with pytest.raises(listing.UnknownExercise, match=re.escape(says)):
        listing.find_all(word)


@every
def test_the_hints_can_be_read_on_a_terminal(entry):
    shown = [hints.plain(text) for hint in entry.hints for text in hint]
    assert not [text for text in shown if re.search(r"[$\\{}]", re.sub(r"`[^`]*`", "", text))]


@every
def test_the_solution_and_the_stub_are_found_as_text(entry):
    assert sources.solution(entry).startswith(f"def {entry.name}(")
    stub = sources.stub(entry)
    assert stub != sources.solution(entry)
    assert stub.endswith("    raise NotImplementedError\n") != (entry.kind == "bug")


@pytest.mark.parametrize("file", listing.files())
def test_a_committed_stub_file_is_made_from_the_solutions(file):
    kept = stubs.FOLDER / file
    if not stubs.as_it_came(kept) and stubs.changed_since_commit(kept):
        stubs.untouched(kept.stem)
    assert sources.read(kept) == sources.stubs(kept.stem)


def test_tests_of_stubs_skip_where_a_reader_has_answered(tmp_path):
    file = tmp_path / "tanh.py"
    file.write_text(sources.stubs("tanh"))
    assert stubs.untouched("tanh", tmp_path) == file
    file.write_text(sources.solutions("tanh"))
    with pytest.raises(pytest.skip.Exception, match="tanh.py holds answers; `handgrad reset` or git restores"):
        stubs.untouched("tanh", tmp_path)
    file.unlink()
    with pytest.raises(pytest.skip.Exception):
        stubs.untouched("tanh", tmp_path)


def test_git_says_which_stub_was_changed(tmp_path, monkeypatch):
    def git(*words):
        subprocess.run(["git", "-C", tmp_path, "-c", "user.name=x", "-c", "user.email=x", *words], check=True,
                       capture_output=True)

    file = tmp_path / "tanh.py"
    file.write_text("as committed")
    assert not stubs.changed_since_commit(file)
    git("init")
    assert stubs.changed_since_commit(file)
    git("add", ".")
    git("commit", "-m", "x")
    assert not stubs.changed_since_commit(file)
    file.write_text("answered")
    assert stubs.changed_since_commit(file)
    monkeypatch.setenv("PATH", "")
    assert not stubs.changed_since_commit(file)
