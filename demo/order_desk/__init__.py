"""Order Desk: takes orders and tells customers where their parcel is."""

from flask import Flask

from . import api, settings
from .models import db


def create_app(config_path=None):
    """Build the application from a YAML file, or from defaults for a first look."""
    app = Flask(__name__)
    loaded = settings.load(config_path)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=loaded.database,
        ORDER_DESK=loaded,
        # The interactive debugger gives whoever reaches it a shell.
        DEBUG=False,
    )
    db.init_app(app)
    app.register_blueprint(api.blueprint)
    with app.app_context():
        db.create_all()
    return app
