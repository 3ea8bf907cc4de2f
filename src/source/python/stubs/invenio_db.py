"""The `db` that all packages of Invenio share, with its mixins (invenio_db/shared.py)."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, DateTime, MetaData, TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UTCDateTime(TypeDecorator):
    impl = DateTime(timezone=True)


class Timestamp:
    created = Column(UTCDateTime, default=lambda: None, nullable=False)
    updated = Column(UTCDateTime, default=lambda: None, nullable=False)


db = SQLAlchemy(metadata=metadata)
db.UTCDateTime = UTCDateTime
db.Timestamp = Timestamp
