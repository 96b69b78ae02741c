import io
import stat
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.solutions.archive import MAX_ENTRIES, ArchiveFiles
from core.solutions.errors import FileTooLarge, ZipInvalid, ZipUnsafe
from tests.solutions.samples import zip_of

CENTRAL = b"PK\x01\x02"


def patched(data: bytes, offset: int, form: str, value: int) -> bytes:
    """The zip with a field of its first central entry overwritten."""
    place = data.index(CENTRAL) + offset
    return data[:place] + struct.pack(form, value) + data[place + struct.calcsize(form) :]


def test_files_are_read_when_names_have_backslashes() -> None:
    files = ArchiveFiles(zip_of({"PkgFolder\\ImportConfig.xml": b"1", "a/./b.txt": b"2", "empty/": b""}))
    assert dict(files) == {"PkgFolder/ImportConfig.xml": b"1", "a/b.txt": b"2"}


def test_file_is_found_when_its_case_differs() -> None:
    files = ArchiveFiles(zip_of({"Solution.XML": b"1"}))
    assert "solution.xml" in files
    assert files["SOLUTION.xml"] == b"1"
    assert "other" not in files
    with pytest.raises(KeyError):
        files["other"]


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "..\\x",
        "/etc/passwd",
        "\\x",
        "C:\\x",
        "c:x",
        "a\nb",
        "a/..",
        "\\\\host\\share",
        ".",
    ],
)
def test_zip_is_refused_when_a_name_leads_out_of_it(name: str) -> None:
    with pytest.raises(ZipUnsafe) as caught:
        ArchiveFiles(zip_of({"ok": b"", name: b"x"}))
    assert caught.value.code == "unsafe-zip"


@pytest.mark.parametrize(
    "names", [("a.txt", "A.TXT"), ("a/b", "a\\b"), ("a/b", "a/./b"), ("straße", "STRASSE")]
)
def test_zip_is_refused_when_a_name_is_there_twice(names: tuple[str, str]) -> None:
    with pytest.raises(ZipUnsafe, match="twice"):
        ArchiveFiles(zip_of({names[0]: b"1", names[1]: b"2"}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_zip_is_refused_when_it_holds_a_link_or_a_device(kind: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.create_system = 3
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(ZipUnsafe, match="link or a device"):
        ArchiveFiles(buffer.getvalue())


def test_zip_is_refused_when_an_entry_is_encrypted() -> None:
    with pytest.raises(ZipInvalid, match="encrypted"):
        ArchiveFiles(patched(zip_of({"a": b"1"}), 8, "<H", 1))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip_is_refused_when_its_compression_is_not_deflate(method: int) -> None:
    with pytest.raises(ZipInvalid, match="deflate"):
        ArchiveFiles(zip_of({"a": b"1" * 100}, method))


def test_zip_is_refused_when_it_is_a_bomb() -> None:
    with pytest.raises(FileTooLarge, match="times its size") as caught:
        ArchiveFiles(zip_of({"a": b"\0" * (20 * 1024 * 1024)}))
    assert caught.value.code == "file-too-large"


def test_zip_is_refused_when_it_declares_more_than_is_taken() -> None:
    with pytest.raises(FileTooLarge, match="Make its files smaller"):
        ArchiveFiles(patched(zip_of({"a": b"1"}), 24, "<I", 0xF0000000))


def test_zip_is_refused_when_it_declares_less_than_it_holds() -> None:
    with pytest.raises(ZipInvalid):
        ArchiveFiles(patched(zip_of({"a": b"x" * 100_000}), 24, "<I", 10))


def test_zip_is_refused_when_it_declares_more_than_it_holds() -> None:
    with pytest.raises(ZipInvalid):
        ArchiveFiles(patched(zip_of({"a": b"x" * 1000}), 24, "<I", 2000))


def test_zip_is_refused_when_it_has_too_many_entries() -> None:
    with pytest.raises(FileTooLarge, match="entries"):
        ArchiveFiles(zip_of({str(number): b"" for number in range(MAX_ENTRIES + 1)}, zipfile.ZIP_STORED))


def test_zip_is_refused_when_its_entries_overlap() -> None:
    # Two names for one and the same compressed file: the trick of the zip bombs without recursion.
    data = zip_of({"a": bytes(range(256)) * 40, "b": b""}, zipfile.ZIP_STORED)
    first, second = data.index(CENTRAL), data.rindex(CENTRAL)
    shared = data[first + 10 : first + 28]  # method, times, checksum, sizes
    data = data[: second + 10] + shared + data[second + 28 :]
    data = data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]
    with pytest.raises(ZipUnsafe, match="overlap"):
        ArchiveFiles(data)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_zip_is_refused_when_it_is_cut_off(share: float) -> None:
    data = zip_of({"a": b"some text" * 100, "b": bytes(range(256))})
    with pytest.raises(ZipInvalid) as caught:
        ArchiveFiles(data[: int(len(data) * share)])
    assert caught.value.details["code_hex"] == "0x80048060"


def test_zip_is_refused_when_a_byte_of_its_content_was_changed() -> None:
    data = bytearray(zip_of({"a": b"some text"}, zipfile.ZIP_STORED))
    data[data.index(b"some")] ^= 1
    with pytest.raises(ZipInvalid):
        ArchiveFiles(bytes(data))


def test_contents_are_whole_when_threads_read_at_once() -> None:
    contents = {f"{number}.txt": bytes([number]) * 10_000 for number in range(40)}
    files = ArchiveFiles(zip_of(contents))
    with ThreadPoolExecutor(8) as threads:
        assert dict(zip(files, threads.map(files.__getitem__, files), strict=True)) == contents
