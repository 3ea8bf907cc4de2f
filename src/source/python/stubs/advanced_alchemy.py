"""The base classes, mixins and types of Advanced Alchemy (advanced_alchemy/base.py, mixins and types), which Litestar
passes on."""

import datetime
import re
import uuid
from typing import Any

from sqlalchemy import (
    BINARY, CHAR, JSON, BigInteger, Date, DateTime, Identity, Integer, MetaData, Sequence, String, TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

BigIntIdentity = BigInteger().with_variant(Integer, "sqlite")
JsonB = JSON().with_variant(JSONB, "postgresql")


class GUID(TypeDecorator):
    impl = BINARY(16)

    def __init__(self, *args, binary=True, **kwargs):
        self.binary = binary

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(PG_UUID())
        if self.binary:
            return dialect.type_descriptor(BINARY(16))
        return dialect.type_descriptor(CHAR(32))


class DateTimeUTC(TypeDecorator):
    impl = DateTime(timezone=True)


convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def create_registry(custom_annotation_map=None):
    known = {
        uuid.UUID: GUID,
        datetime.datetime: DateTimeUTC,
        datetime.date: Date,
        dict: JsonB,
        dict[str, Any]: JsonB,
        dict[str, str]: JsonB,
    }
    if custom_annotation_map is not None:
        known.update(custom_annotation_map)
    return registry(metadata=MetaData(naming_convention=convention), type_annotation_map=known)


orm_registry = create_registry()


def table_name(name):
    words = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", words).lower()


class BasicAttributes:
    pass


class CommonTableAttributes(BasicAttributes):
    @declared_attr.directive
    def __tablename__(cls):
        return table_name(cls.__name__)


class AdvancedDeclarativeBase(DeclarativeBase):
    __abstract__ = True
    registry = orm_registry


class SentinelMixin:
    @declared_attr
    def _sentinel(cls) -> Mapped[int]:
        return mapped_column(name="sa_orm_sentinel", nullable=True, sort_order=3001)


class UUIDPrimaryKey(SentinelMixin):
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, sort_order=-100)


class UUIDv6PrimaryKey(UUIDPrimaryKey):
    pass


class UUIDv7PrimaryKey(UUIDPrimaryKey):
    pass


class NanoIDPrimaryKey(SentinelMixin):
    id: Mapped[str] = mapped_column(primary_key=True, sort_order=-100)


class BigIntPrimaryKey:
    @declared_attr
    def id(cls) -> Mapped[int]:
        sequence = Sequence(f"{cls.__tablename__}_id_seq", optional=False)
        return mapped_column(BigIntIdentity, sequence, primary_key=True, sort_order=-100)


class IdentityPrimaryKey:
    @declared_attr
    def id(cls) -> Mapped[int]:
        return mapped_column(BigIntIdentity, Identity(start=1, increment=1), primary_key=True, sort_order=-100)


class AuditColumns:
    created_at: Mapped[datetime.datetime] = mapped_column(DateTimeUTC(timezone=True), sort_order=3002)
    updated_at: Mapped[datetime.datetime] = mapped_column(DateTimeUTC(timezone=True), sort_order=3003)


class SlugKey:
    @declared_attr
    def slug(cls) -> Mapped[str]:
        return mapped_column(String(length=100), nullable=False)

    @declared_attr.directive
    def __table_args__(cls):
        return (UniqueConstraint(cls.slug, name=f"uq_{cls.__tablename__}_slug"),)


class DefaultBase(CommonTableAttributes, AdvancedDeclarativeBase):
    __abstract__ = True


class UUIDBase(UUIDPrimaryKey, CommonTableAttributes, AdvancedDeclarativeBase):
    __abstract__ = True


class UUIDAuditBase(CommonTableAttributes, UUIDPrimaryKey, AuditColumns, AdvancedDeclarativeBase):
    __abstract__ = True


class UUIDv6Base(UUIDBase):
    __abstract__ = True


class UUIDv6AuditBase(UUIDAuditBase):
    __abstract__ = True


class UUIDv7Base(UUIDBase):
    __abstract__ = True


class UUIDv7AuditBase(UUIDAuditBase):
    __abstract__ = True


class NanoIDBase(NanoIDPrimaryKey, CommonTableAttributes, AdvancedDeclarativeBase):
    __abstract__ = True


class NanoIDAuditBase(CommonTableAttributes, NanoIDPrimaryKey, AuditColumns, AdvancedDeclarativeBase):
    __abstract__ = True


class BigIntBase(BigIntPrimaryKey, CommonTableAttributes, AdvancedDeclarativeBase):
    __abstract__ = True


class BigIntAuditBase(CommonTableAttributes, BigIntPrimaryKey, AuditColumns, AdvancedDeclarativeBase):
    __abstract__ = True


class IdentityBase(IdentityPrimaryKey, CommonTableAttributes, AdvancedDeclarativeBase):
    __abstract__ = True


class IdentityAuditBase(CommonTableAttributes, IdentityPrimaryKey, AuditColumns, AdvancedDeclarativeBase):
    __abstract__ = True
