"""Every setting, read from the environment with the prefix MRC_; what production refuses is refused here, before anything starts."""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.account import TWO_FACTORS, SecondFactors
from domain.delivery import SCHEDULE, Schedule
from domain.identity import PEOPLE

_SECRETS = Path("/run/secrets")
"""Where a container finds what must stand in no environment: a file `mrc_database_url` holds MRC_DATABASE_URL."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MRC_", extra="ignore", secrets_dir=_SECRETS if _SECRETS.is_dir() else None)

    env: Literal["development", "production"] = "development"
    data_dir: Path = Path("var")
    database_url: str = Field(default="", description="sqlite:///path or postgresql://…; SQLite in the data directory when empty")
    migrate_url: str = Field(default="", description="The owner's URL for migrations; the application's own when empty")
    app_role: str = Field(default="", description="The database role the application connects as, granted its rights by `mrc migrate`")
    key_file: Path | None = Field(default=None, description="The keys; keys.json in the data directory when not set")
    heads_dir: Path | None = Field(default=None, description="Where the trail's heads are kept, on another machine's disk if possible")
    public_url: str = Field(default="http://127.0.0.1:8000", description="How browsers and partners reach this service")
    partners: list[str] = Field(
        default=["standard", "fia", "social_welfare", "reintegration_network"], description="Keys of the partner adapters to switch on"
    )
    allow_local_receivers: bool | None = Field(default=None, description="Plain http and loopback receivers; on in development only")
    security_contact: str = Field(default="", description="The address in /.well-known/security.txt")
    delivery_waits: list[float] = Field(
        default=[], description="Seconds between attempts, for rehearsals; Standard Webhooks' own when empty"
    )
    delivery_lease: float = Field(default=60, gt=0, description="Seconds a worker holds a message; longer than an attempt may take")
    delivery_deadline: float = Field(default=10, gt=0, le=30, description="Seconds one attempt may take in all")
    smtp_host: str = Field(default="", description="The mail server; while developing without one, mails are files in the data directory")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="`none` is refused in production")
    smtp_user: str = ""
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Better as a secret file than in the environment")
    mail_from: str = Field(default="mrc@localhost", description="The sender of mails to partners")
    idle_lock: int = Field(default=10, ge=3, le=55, description="Minutes without key or pointer after which a desk locks")
    second_factor: str = Field(
        default="", description="Roles that need a second factor, with commas, or none; in production most of them when empty"
    )
    incoming_kept: int = Field(default=90, ge=1, le=3650, description="Days that words of somebody stay whom a partner sent in vain")
    pool_size: int = Field(default=10, ge=1, le=100, description="Connections to PostgreSQL for each process")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.env == "production":
            if self.allow_local_receivers:
                raise ValueError("MRC_ALLOW_LOCAL_RECEIVERS is refused in production")
            if not self.public_url.startswith("https://"):
                raise ValueError("MRC_PUBLIC_URL must begin with https:// in production")
            if self.smtp_host and self.smtp_security == "none":
                raise ValueError("MRC_SMTP_SECURITY=none is refused in production: links travel in these mails")
        if self.allow_local_receivers is None:
            self.allow_local_receivers = self.env == "development"
        self.second_factor = self.second_factor or (",".join(TWO_FACTORS) if self.production else "none")
        try:
            SecondFactors.parse(self.second_factor)
        except ValueError:
            raise ValueError(f"MRC_SECOND_FACTOR names roles with commas between them, among {', '.join(PEOPLE)}; or none") from None
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'mrc.sqlite'}"
        return self

    @property
    def incoming_keeping(self) -> timedelta:
        return timedelta(days=self.incoming_kept)

    @property
    def schedule(self) -> Schedule:
        waits = tuple(timedelta(seconds=wait) for wait in self.delivery_waits) or SCHEDULE
        return Schedule(waits, timedelta(seconds=self.delivery_lease))

    @property
    def second_factors(self) -> SecondFactors:
        return SecondFactors.parse(self.second_factor)

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def keys(self) -> Path:
        return self.key_file or self.data_dir / "keys.json"

    @property
    def mail_folder(self) -> Path:
        return self.data_dir / "mail"

    @property
    def heads(self) -> Path:
        return self.heads_dir or self.data_dir / "heads"
