from babel.messages import pofile

from cwb import paths
from cwb.translating import services


def catalogue_of(tmp_path, monkeypatch, **strings):
    monkeypatch.setattr(paths, "translations", lambda: tmp_path / "catalogues")
    (tmp_path / "cwb").mkdir()
    for folder in ("ledger", "coops", "procurement", "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cwb" / "a.py").write_text('N_("Nog %(num)s dagen")\n', encoding="utf-8")
    (tmp_path / "templates" / "b.html").write_text("{{ _('Goed') }}", encoding="utf-8")
    services.update(tmp_path)
    path = tmp_path / "catalogues" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        known = pofile.read_po(file, locale="en")
    for message in known:
        if message.id in strings:
            message.string = strings[message.id]
    with path.open("wb") as file:
        pofile.write_po(file, known)
    return path


def test_a_whole_catalogue_has_no_faults_and_is_compiled(tmp_path, monkeypatch):
    path = catalogue_of(tmp_path, monkeypatch, **{"Nog %(num)s dagen": "%(num)s days left", "Goed": "Good"})
    assert list(services.faults(tmp_path)) == []
    services.compile_stale()
    assert path.with_suffix(".mo").stat().st_size > 100


def test_missing_other_placeholders_and_stale_texts_are_faults(tmp_path, monkeypatch):
    catalogue_of(tmp_path, monkeypatch, **{"Nog %(num)s dagen": "%(n)s days left"})
    (tmp_path / "templates" / "c.html").write_text("{{ _('Nieuw') }}", encoding="utf-8")
    assert sorted(services.faults(tmp_path)) == [
        "en: not in the catalogue: Nieuw",
        "en: not translated: Goed",
        "en: other placeholders: Nog %(num)s dagen",
    ]
    (tmp_path / "templates" / "b.html").unlink()
    assert "en: no longer in the sources: Goed" in list(services.faults(tmp_path))


def test_no_catalogue_at_all_is_a_fault(tmp_path, monkeypatch):
    catalogue_of(tmp_path, monkeypatch).unlink()
    assert list(services.faults(tmp_path)) == ["en: no catalogue"]
