from ledger.proof import services


def test_the_heads_are_public(session, client, at):
    assert client.get("/data/books/heads").status_code == 200
    head = services.publish_head(session, at=at)
    assert head.hash.hex()[:16] in client.get("/data/books/heads").text
    assert client.get("/data/books/heads.json").json == [{"day": "2026-09-01", "seq": 0, "head": "0" * 64}]
