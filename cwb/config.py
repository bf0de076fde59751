"""Settings, read from the environment once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class ConfigurationError(Exception):
    """A setting is missing or impossible; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """How this installation runs.

    `database_url` None means the embedded PostgreSQL under `data_dir`.
    `secret_key` None means one is made and kept in `data_dir/keys/`.
    `ocds_prefix` is the prefix of open contracting ids, registered once for a publisher: "ocds-" and six signs.
    `mail` is `smtp://[user:password@]host:port`, `smtps://…`, or `file` (the default), which writes letters
    to `data_dir/mail/`. `base_url` is where people reach the site; links in mail start with it.
    `comment_days`: working days that buyers have to comment on a prepared figure.
    `pin_above`: whole euros of local money that one payment may be without a PIN or passkey, 0 to 50.
    """

    database_url: str | None = None
    data_dir: Path = Path("var")
    area: str = "nieuw_west"
    secret_key: str | None = None
    mail: str = "file"
    mail_sender: str = "cwb <post@example.org>"
    base_url: str = "http://127.0.0.1:8000"
    contact_phone: str = ""
    contact_email: str = ""
    ocds_prefix: str = "ocds-000000"
    kvk_key: str = field(default="", repr=False)
    kvk_url: str = "https://api.kvk.nl/api/v1"
    kvk_authorities: str = ""
    stripe_key: str = field(default="", repr=False)
    stripe_webhook_secret: str = field(default="", repr=False)
    comment_days: int = 5
    pin_above: int = 25
    theme_class: str = "cwb-theme"
    theme_css: str = ""
    features: tuple[str, ...] = ("ledger", "coops", "procurement")
    secure_cookies: bool = False
    trusted_proxies: int = 0
    testing: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Config":
        """From CWB_* and the other variables of docs/operations.md.

        Raises:
            ConfigurationError: a value that cannot be read.
        """
        env = os.environ if environment is None else environment
        try:
            proxies = int(env.get("CWB_TRUSTED_PROXIES", "0"))
        except ValueError:
            raise ConfigurationError("CWB_TRUSTED_PROXIES is a whole number") from None
        days = env.get("CWB_COMMENT_DAYS") or "5"
        if not re.fullmatch(r"[1-9]|[1-5][0-9]|60", days):
            raise ConfigurationError("CWB_COMMENT_DAYS is a whole number from 1 to 60")
        above = env.get("CWB_PIN_ABOVE") or "25"
        if not re.fullmatch(r"[0-9]|[1-4][0-9]|50", above):
            raise ConfigurationError("CWB_PIN_ABOVE is a whole number of euros from 0 to 50")
        prefix = env.get("CWB_OCDS_PREFIX") or "ocds-000000"
        if not re.fullmatch(r"ocds-[a-z0-9]{6}", prefix):
            raise ConfigurationError("CWB_OCDS_PREFIX is ocds- and six small letters or digits")
        return cls(
            database_url=env.get("DATABASE_URL") or None,
            data_dir=Path(env.get("CWB_DATA") or "var").resolve(),
            area=env.get("CWB_AREA") or "nieuw_west",
            secret_key=env.get("CWB_SECRET_KEY") or None,
            mail=env.get("CWB_MAIL") or "file",
            mail_sender=env.get("CWB_MAIL_SENDER") or "cwb <post@example.org>",
            base_url=(env.get("CWB_BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
            contact_phone=env.get("CWB_CONTACT_PHONE", "").strip(),
            contact_email=env.get("CWB_CONTACT_EMAIL", "").strip(),
            ocds_prefix=prefix,
            kvk_key=env.get("CWB_KVK_KEY", "").strip(),
            kvk_url=env.get("CWB_KVK_URL") or "https://api.kvk.nl/api/v1",
            kvk_authorities=env.get("CWB_KVK_AUTHORITIES", ""),
            stripe_key=env.get("STRIPE_API_KEY", "").strip(),
            stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET", "").strip(),
            comment_days=int(days),
            pin_above=int(above),
            theme_class=env.get("THEME_CLASS") or "cwb-theme",
            theme_css=env.get("THEME_CSS") or "",
            secure_cookies=env.get("CWB_SECURE_COOKIES", "") == "1",
            trusted_proxies=proxies,
        )
