import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from procurement.sealing.errors import HouseKeyMissing
from procurement.sealing.gateway import HouseKeys


def test_the_first_use_makes_a_private_key_file(tmp_path):
    keys = HouseKeys(tmp_path)
    name, value = keys.current()
    assert (len(value), keys.current()) == (32, (name, value))
    file = keys.folder / f"{name}.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.folder.stat().st_mode) == 0o700


def test_many_processes_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: HouseKeys(tmp_path).current(), range(64)))
    assert len(found) == 1
    assert len(list((tmp_path / "keys" / "house").iterdir())) == 2


def test_losing_the_race_keeps_the_winners_key(tmp_path):
    keys = HouseKeys(tmp_path)
    winner, _ = keys.current()
    assert keys._first() == winner


def test_rotation_keeps_the_old_key_readable(tmp_path):
    keys = HouseKeys(tmp_path)
    old, value = keys.current()
    new = keys.rotate()
    assert keys.current()[0] == new != old
    assert keys.key(old) == value


@pytest.mark.parametrize("name", ["", "../secret_key", "0" * 16, "0" * 15 + "/"])
def test_a_missing_or_forged_name_is_refused(tmp_path, name):
    with pytest.raises(HouseKeyMissing):
        HouseKeys(tmp_path).key(name)


def test_a_cut_off_file_is_no_key(tmp_path):
    keys = HouseKeys(tmp_path)
    name, _ = keys.current()
    (keys.folder / f"{name}.key").write_bytes(b"short")
    with pytest.raises(HouseKeyMissing):
        keys.current()
