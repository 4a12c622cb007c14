"""Settings, read from one YAML file."""

import os
from dataclasses import dataclass, field

import yaml


@dataclass(frozen=True)
class Settings:
    database: str = "sqlite:///orders.db"
    cache: str = ""
    # Signs tracking links; a deployment sets ORDER_DESK_KEY.
    signing_key: str = field(
        default_factory=lambda: os.environ.get("ORDER_DESK_KEY") or os.urandom(32).hex()
    )
    link_days: int = 30
    carriers: dict = field(default_factory=dict)


def load(path=None):
    """The settings of a file; keys that nobody knows are refused."""
    if path is None:
        return Settings()
    with open(path, encoding="utf-8") as stream:
        values = yaml.safe_load(stream) or {}
    unknown = set(values) - set(Settings.__dataclass_fields__)
    if unknown:
        raise ValueError(f"{path}: unknown settings: {', '.join(sorted(unknown))}")
    return Settings(**values)
