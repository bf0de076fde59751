def test_a_visitor_reads_the_front_page(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "coöperaties" in answer.text


def test_health_says_ok(client):
    answer = client.get("/health")
    assert answer.json["status"] == "ok"
    assert answer.json["database"] == "ok"
