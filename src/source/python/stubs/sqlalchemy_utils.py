"""What mixins of SQLAlchemy-Utils declare (sqlalchemy_utils/models.py)."""

import sqlalchemy as sa


class Timestamp:
    created = sa.Column(sa.DateTime, default=lambda: None, nullable=False)
    updated = sa.Column(sa.DateTime, default=lambda: None, nullable=False)
