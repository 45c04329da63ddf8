"""Make an installation of Superset ready and import the bundle; run by `jixiao bi` with the Python of Superset's own environment.

The folder it is told of holds `superset_config.py`, `secret_key` and `bundle/`. The last line of standard output is one JSON object: the dashboards by slug, and the first password of the user admin where this run made one.
"""

import json
import secrets
import sys
from pathlib import Path

USER = "admin"


def main(home: Path) -> None:
    """Bring the metadata database up to date, make roles and the first user, import the bundle."""
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        from flask_migrate import upgrade
        from superset import appbuilder, db, security_manager
        from superset.examples.utils import load_configs_from_directory
        from superset.models.dashboard import Dashboard
        from superset.models.slice import Slice

        marked = home / "initialised"
        state = version()
        if not marked.is_file() or marked.read_text(encoding="utf-8") != state:
            upgrade(directory=str(Path(sys.modules["superset"].__file__).with_name("migrations")))
            appbuilder.add_permissions(update_perms=True)
            security_manager.sync_role_definitions()
            marked.write_text(state, encoding="utf-8")
        password = ""
        if not security_manager.find_user(USER):
            password = secrets.token_urlsafe(12)
            role = security_manager.find_role("Admin")
            security_manager.add_user(USER, "管理", "员", "admin@localhost", role, password=password)
        load_configs_from_directory(home / "bundle", overwrite=True)
        for chart in db.session.query(Slice):
            # The import gives datasets their ids and leaves those of saved queries alone.
            context = json.loads(chart.query_context or "{}")
            if context:
                context["datasource"] = {"id": chart.datasource_id, "type": "table"}
                context["form_data"] |= {"datasource": f"{chart.datasource_id}__table", "slice_id": chart.id}
                chart.query_context = json.dumps(context, ensure_ascii=False)
        db.session.commit()
        told = {each.slug: each.dashboard_title for each in db.session.query(Dashboard)}
    print(json.dumps({"dashboards": told, "password": password}, ensure_ascii=False))


def version() -> str:
    """The version of Superset: another one brings the metadata database up to date again."""
    from importlib.metadata import version as version_of

    return version_of("apache-superset")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
