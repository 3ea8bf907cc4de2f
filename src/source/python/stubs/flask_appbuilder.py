"""The base class, mixin and types that Flask-AppBuilder gives to models (flask_appbuilder/models)."""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, Text, TypeDecorator
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


class Model(Base):
    __abstract__ = True


class FileColumn(TypeDecorator):
    impl = Text


class ImageColumn(TypeDecorator):
    impl = Text


class AuditMixin:
    created_on = Column(DateTime, default=lambda: None, nullable=False)
    changed_on = Column(DateTime, default=lambda: None, nullable=False)

    @declared_attr
    def created_by_fk(cls):
        return Column(Integer, ForeignKey("ab_user.id"), nullable=False)

    @declared_attr
    def changed_by_fk(cls):
        return Column(Integer, ForeignKey("ab_user.id"), nullable=False)


class BaseMixin:
    pass
