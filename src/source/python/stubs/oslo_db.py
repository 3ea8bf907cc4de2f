"""What mixins and types of OpenStack's oslo.db declare (oslo_db/sqlalchemy/models.py and types.py)."""

from sqlalchemy import Column, DateTime, Integer, Text, TypeDecorator
from sqlalchemy.dialects import mysql


class JsonEncodedType(TypeDecorator):
    impl = Text

    def __init__(self, mysql_as_long=False, mysql_as_medium=False):
        if mysql_as_long:
            self.impl = Text().with_variant(mysql.LONGTEXT(), "mysql")
        elif mysql_as_medium:
            self.impl = Text().with_variant(mysql.MEDIUMTEXT(), "mysql")


class JsonEncodedDict(JsonEncodedType):
    pass


class JsonEncodedList(JsonEncodedType):
    pass


class SoftDeleteInteger(TypeDecorator):
    impl = Integer


class ModelBase:
    pass


class ModelIterator:
    pass


class TimestampMixin:
    created_at = Column(DateTime, default=lambda: None)
    updated_at = Column(DateTime, onupdate=lambda: None)


class SoftDeleteMixin:
    deleted_at = Column(DateTime)
    deleted = Column(SoftDeleteInteger, default=0)
