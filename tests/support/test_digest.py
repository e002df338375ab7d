"""Digests: the standard's own for a word, and a change of anything that counts changes it."""

import json

from handgrad.support import digest

# FIPS 180-2, appendix B.1.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_of_bytes_and_of_a_file(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    assert digest.of_bytes(b"abc") == digest.of_file(tmp_path / "file") == ABC


def test_of_an_archive_as_npm_states_it():
    # What `openssl dgst -sha512 -binary | base64` gives for no bytes at all.
    assert digest.integrity(b"") == (
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    )


def test_of_json_whatever_its_spaces_and_the_order_of_its_keys():
    value = {"b": [1, 2.5], "a": None}
    assert digest.of_json(value) == digest.of_json(json.loads(json.dumps({"a": None, "b": [1, 2.5]}, indent=3)))
    assert digest.of_json(value) != digest.of_json(value | {"a": 0})


def test_of_a_folder_wherever_it_is_and_of_each_name_and_each_byte(tmp_path):
    def of(name, files):
        for file, contents in files.items():
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).write_bytes(contents)
        return digest.of_folder(tmp_path / name, sorted(tmp_path.glob(f"{name}/**/*.py")))

    one = of("one", {"a.py": b"12", "b/c.py": b"3"})
    assert one == of("same", {"a.py": b"12", "b/c.py": b"3"})
    others = [of("moved", {"a.py": b"1", "b/c.py": b"23"}), of("renamed", {"a.py": b"12", "b/d.py": b"3"}),
              of("more", {"a.py": b"12", "b/c.py": b"3", "z.py": b""})]
    assert len({one, *others}) == 4
