"""What somebody types at each page of registering."""

WHO = {
    "registered": "yes", "kvk_number": "0123 4567", "name": "Schoon Samen U.A.", "legal_form": "cooperative",
    "email": "post@voorbeeld.example",
}  # fmt: skip
NUMBERS = {
    "vat_id": "",
    "rsin": "111222333",
    "iban": "NL91 ABNA 0417 1643 00",
    "branch_number": "",
    "phone": "",
}
WORK = {"sectors": ["cleaning"], "kind": "worker", "description": "Wij maken schoon.", "languages": ["nl"]}
CAPACITY = {"members": "3", "people": "4", "weekly_hours": "40", "largest": "12000"}
WHERE = {
    "street": "Voorbeeldstraat", "house_number": "1", "postcode": "1069ab", "city": "Amsterdam", "serves": ["FB"],
}  # fmt: skip
FACTS = {
    "legal_form": "Eén lid, één stem.", "votes_workers": "80", "work_by_members": "60", "surplus": "members",
    "last_meeting": "2026-03-01",
}  # fmt: skip
PAGES = {
    "who": WHO, "numbers": NUMBERS, "work": WORK, "capacity": CAPACITY, "where": WHERE, "facts": FACTS,
}  # fmt: skip


def answer(browser, page, **change):
    """Send one page."""
    return browser.post(f"/cooperatives/join/{page}", data={**PAGES[page], **change})


def answer_all(browser, *, besides=()):
    """Send every page."""
    for page in PAGES:
        if page not in besides:
            sent = answer(browser, page)
            assert sent.status_code == 303, sent.text
    return sent


def body(content, name, **fields):
    """A form with a file, as bytes: the client's own way leaves large temporary files open."""
    lines = [
        f'--xx\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    lines.append(f'--xx\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    return {
        "data": "".join(lines).encode() + content + b"\r\n--xx--\r\n",
        "content_type": "multipart/form-data; boundary=xx",
    }
