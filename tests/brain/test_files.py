from pathlib import Path

from bot.brain import files


def test_sha256_of_known_content(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    assert files.sha256(tmp_path / "f") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_writing_leaves_no_unfinished_file(tmp_path: Path) -> None:
    files.write_json(tmp_path / "deep" / "f.json", {"b": 1, "a": [2]})
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["f.json"]
    assert files.read_json(tmp_path / "deep" / "f.json") == {"a": [2], "b": 1}


def test_what_is_no_json_reads_as_none(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text("{")
    assert files.read_json(tmp_path / "f.json") is None
    assert files.read_json(tmp_path / "missing.json") is None
