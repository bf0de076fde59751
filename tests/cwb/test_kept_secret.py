"""The installation's secret key, made once by whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from cwb.app import kept_secret


def test_of_many_that_start_at_once_all_read_the_same_whole_key(tmp_path):
    for turn in range(20):
        barrier = Barrier(8)

        def start(folder=tmp_path / str(turn), barrier=barrier):
            barrier.wait()
            return kept_secret(folder)

        with ThreadPoolExecutor(8) as pool:
            found = {future.result() for future in [pool.submit(start) for _ in range(8)]}
        assert len(found) == 1
        assert len(found.pop()) == 64
        assert [each.name for each in (tmp_path / str(turn) / "keys").iterdir()] == ["secret_key"]
