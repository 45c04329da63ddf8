"""Superset as it runs here: Chinese, on this machine only, no outside address, no guest. Read by Superset, not by this project."""

import os
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

HOME = Path(__file__).resolve().parent
"""The folder of one installation, into which `jixiao bi` puts this file: key, metadata, bundle; nobody else may read it."""

SECRET_KEY = (HOME / "secret_key").read_text(encoding="utf-8").strip()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}"
WTF_CSRF_TIME_LIMIT = 24 * 60 * 60
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_HTTPONLY = True

BABEL_DEFAULT_LOCALE = "zh"
LANGUAGES = {"zh": {"flag": "cn", "name": "简体中文"}, "en": {"flag": "us", "name": "English"}}
D3_FORMAT = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["¥", ""]}
D3_TIME_FORMAT = {
    "dateTime": "%Y-%m-%d %H:%M:%S",
    "date": "%Y-%m-%d",
    "time": "%H:%M:%S",
    "periods": ["上午", "下午"],
    "days": ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
    "shortDays": ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
    "months": [f"{month}月" for month in "一 二 三 四 五 六 七 八 九 十 十一 十二".split()],
    "shortMonths": [f"{month}月" for month in range(1, 13)],
}
APP_NAME = "部门整体支出绩效"

# What a page of Superset would fetch from elsewhere (a tracking pixel, maps, fonts), the browser is told to refuse.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
FEATURE_FLAGS = {"ESCAPE_MARKDOWN_HTML": True}
RATELIMIT_STORAGE_URI = "memory://"  # one process serves

# Opening the published file takes longer than any query of a dashboard: its newest version stays open, each query has a connection of its own.
OPENED = {"path": None, "kept": None, "held": None}


def DB_CONNECTION_MUTATOR(uri, params, username, security_manager, source):
    """Reads the version that is current at this moment, whole, whatever moves while a query runs."""
    if uri.get_backend_name() == "duckdb" and uri.database:
        OPENED["path"] = os.path.realpath(uri.database)
        uri = uri.set(database=OPENED["path"])
    return uri, params


@event.listens_for(Engine, "connect")
def keep_open(connection, record):
    """Holds one connection to the newest version; the one before is let go."""
    if type(connection).__module__.startswith("duckdb_engine") and OPENED["kept"] != OPENED["path"]:
        OPENED.update(kept=OPENED["path"], held=connection.cursor())
