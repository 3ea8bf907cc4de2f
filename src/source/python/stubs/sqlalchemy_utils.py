"""What the types and mixins of SQLAlchemy-Utils declare (sqlalchemy_utils/types and models.py)."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, UserDefinedType


class Timestamp:
    created = sa.Column(sa.DateTime, default=lambda: None, nullable=False)
    updated = sa.Column(sa.DateTime, default=lambda: None, nullable=False)


class ArrowType(TypeDecorator):
    impl = sa.DateTime


class BitType(TypeDecorator):
    impl = sa.BINARY

    def __init__(self, length=1, **kwargs):
        self.length = length

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.BIT(self.length))
        return dialect.type_descriptor(sa.BINARY(self.length))


class ChoiceType(TypeDecorator):
    impl = sa.Unicode(255)

    def __init__(self, choices, impl=None):
        if impl is not None:
            self.impl = impl


class ColorType(TypeDecorator):
    impl = sa.Unicode(20)

    def __init__(self, max_length=20, *args, **kwargs):
        self.impl = sa.Unicode(max_length)


class CompositeType(UserDefinedType):
    def __init__(self, name, columns, quote=None, **kwargs):
        self.name = name

    def get_col_spec(self):
        return self.name


class CountryType(TypeDecorator):
    impl = sa.String(2)


class CurrencyType(TypeDecorator):
    impl = sa.String(3)


class EmailType(TypeDecorator):
    impl = sa.Unicode

    def __init__(self, length=255, *args, **kwargs):
        super().__init__(length=length, *args, **kwargs)


class EncryptedType(TypeDecorator):
    impl = sa.LargeBinary

    def __init__(self, type_in=None, key=None, engine=None, padding=None, **kwargs):
        super().__init__(**kwargs)


class StringEncryptedType(TypeDecorator):
    impl = sa.String

    def __init__(self, type_in=None, key=None, engine=None, padding=None, **kwargs):
        super().__init__(**kwargs)


class EnrichedDateTimeType(TypeDecorator):
    impl = sa.DateTime

    def __init__(self, datetime_processor=None, *args, **kwargs):
        super().__init__(*args, **kwargs)


class EnrichedDateType(TypeDecorator):
    impl = sa.Date

    def __init__(self, date_processor=None, *args, **kwargs):
        super().__init__(*args, **kwargs)


class IPAddressType(TypeDecorator):
    impl = sa.Unicode(50)

    def __init__(self, max_length=50, *args, **kwargs):
        self.impl = sa.Unicode(max_length)


class JSONType(TypeDecorator):
    impl = sa.UnicodeText

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.JSON())
        return dialect.type_descriptor(self.impl)


class LocaleType(TypeDecorator):
    impl = sa.Unicode(10)


class LtreeType(UserDefinedType):
    def get_col_spec(self):
        return "LTREE"


class PasswordType(TypeDecorator):
    impl = sa.VARBINARY(1024)

    def __init__(self, max_length=None, **kwargs):
        self.length = max_length or 1024

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.BYTEA())
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BLOB())
        return dialect.type_descriptor(sa.VARBINARY(self.length))


class PhoneNumberType(TypeDecorator):
    impl = sa.Unicode(20)

    def __init__(self, region="US", max_length=20, *args, **kwargs):
        self.impl = sa.Unicode(max_length)


class RangeType(TypeDecorator):
    impl = sa.String(255)
    range_type = None

    def __init__(self, *args, **kwargs):
        pass

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(self.range_type)
        return dialect.type_descriptor(sa.String(255))


class IntRangeType(RangeType):
    range_type = postgresql.INT4RANGE


class Int8RangeType(RangeType):
    range_type = postgresql.INT8RANGE


class DateRangeType(RangeType):
    range_type = postgresql.DATERANGE


class DateTimeRangeType(RangeType):
    range_type = postgresql.TSRANGE


class NumericRangeType(RangeType):
    range_type = postgresql.NUMRANGE


class ScalarListType(TypeDecorator):
    impl = sa.UnicodeText

    def __init__(self, *args, **kwargs):
        pass


class TSVectorType(TypeDecorator):
    impl = postgresql.TSVECTOR

    def __init__(self, *args, **kwargs):
        pass


class TimezoneType(TypeDecorator):
    impl = sa.Unicode(50)

    def __init__(self, backend="dateutil"):
        pass


class URLType(TypeDecorator):
    impl = sa.UnicodeText


class UUIDType(TypeDecorator):
    impl = sa.BINARY(16)

    def __init__(self, binary=True, native=True):
        self.binary = binary
        self.native = native

    def load_dialect_impl(self, dialect):
        if self.native and dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID())
        return dialect.type_descriptor(sa.BINARY(16) if self.binary else sa.CHAR(32))


class WeekDaysType(TypeDecorator):
    impl = BitType(7)
