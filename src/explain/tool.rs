//! The tools that run migrations: what they are called, and what users type to let them do what an error asks for.
//! This module must not know a project.

use serde::Serialize;

/// A tool whose words an error is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MigrationTool {
    /// Alembic, and Flask-Migrate on top of it.
    Alembic,
    /// Flyway.
    Flyway,
    /// Liquibase.
    Liquibase,
    /// goose.
    Goose,
    /// golang-migrate.
    GolangMigrate,
    /// dbmate.
    Dbmate,
    /// sqlx.
    Sqlx,
    /// Diesel.
    Diesel,
    /// refinery.
    Refinery,
    /// SeaORM.
    SeaOrm,
    /// Supabase.
    Supabase,
    /// Prisma.
    Prisma,
    /// Drizzle.
    Drizzle,
    /// Django.
    Django,
    /// Rails.
    Rails,
    /// Knex.
    Knex,
    /// TypeORM.
    TypeOrm,
    /// Sequelize and umzug.
    Sequelize,
}

impl MigrationTool {
    /// Its name.
    pub fn words(self) -> &'static str {
        match self {
            MigrationTool::Alembic => "Alembic",
            MigrationTool::Flyway => "Flyway",
            MigrationTool::Liquibase => "Liquibase",
            MigrationTool::Goose => "goose",
            MigrationTool::GolangMigrate => "golang-migrate",
            MigrationTool::Dbmate => "dbmate",
            MigrationTool::Sqlx => "sqlx",
            MigrationTool::Diesel => "Diesel",
            MigrationTool::Refinery => "refinery",
            MigrationTool::SeaOrm => "SeaORM",
            MigrationTool::Supabase => "Supabase",
            MigrationTool::Prisma => "Prisma",
            MigrationTool::Drizzle => "Drizzle",
            MigrationTool::Django => "Django",
            MigrationTool::Rails => "Rails",
            MigrationTool::Knex => "Knex",
            MigrationTool::TypeOrm => "TypeORM",
            MigrationTool::Sequelize => "Sequelize",
        }
    }

    /// Runs what is pending.
    pub fn run(self) -> &'static str {
        match self {
            MigrationTool::Alembic => "alembic upgrade head",
            MigrationTool::Flyway => "flyway migrate",
            MigrationTool::Liquibase => "liquibase update",
            MigrationTool::Goose => "goose up",
            MigrationTool::GolangMigrate => "migrate up",
            MigrationTool::Dbmate => "dbmate up",
            MigrationTool::Sqlx => "sqlx migrate run",
            MigrationTool::Diesel => "diesel migration run",
            MigrationTool::Refinery => "refinery migrate",
            MigrationTool::SeaOrm => "sea-orm-cli migrate up",
            MigrationTool::Supabase => "supabase db push",
            MigrationTool::Prisma => "prisma migrate deploy",
            MigrationTool::Drizzle => "drizzle-kit migrate",
            MigrationTool::Django => "python manage.py migrate",
            MigrationTool::Rails => "bin/rails db:migrate",
            MigrationTool::Knex => "knex migrate:latest",
            MigrationTool::TypeOrm => "typeorm migration:run",
            MigrationTool::Sequelize => "sequelize db:migrate",
        }
    }

    /// Writes a migration for what the models declare and no migration makes; `None` where people write it.
    pub fn write(self) -> Option<&'static str> {
        match self {
            MigrationTool::Alembic => Some("alembic revision --autogenerate"),
            MigrationTool::Django => Some("python manage.py makemigrations"),
            MigrationTool::Prisma => Some("prisma migrate dev"),
            MigrationTool::Drizzle => Some("drizzle-kit generate"),
            MigrationTool::TypeOrm => Some("typeorm migration:generate"),
            MigrationTool::Flyway
            | MigrationTool::Liquibase
            | MigrationTool::Goose
            | MigrationTool::GolangMigrate
            | MigrationTool::Dbmate
            | MigrationTool::Sqlx
            | MigrationTool::Diesel
            | MigrationTool::Refinery
            | MigrationTool::SeaOrm
            | MigrationTool::Supabase
            | MigrationTool::Rails
            | MigrationTool::Knex
            | MigrationTool::Sequelize => None,
        }
    }

    /// Runs migrations that stand before one that has run.
    pub fn run_out_of_order(self) -> Option<&'static str> {
        match self {
            MigrationTool::Flyway => Some("flyway -outOfOrder=true migrate"),
            MigrationTool::Goose => Some("goose -allow-missing up"),
            // Without --strict it runs them.
            MigrationTool::Dbmate => Some("dbmate up"),
            MigrationTool::Supabase => Some("supabase db push --include-all"),
            MigrationTool::Alembic
            | MigrationTool::Liquibase
            | MigrationTool::GolangMigrate
            | MigrationTool::Sqlx
            | MigrationTool::Diesel
            | MigrationTool::Refinery
            | MigrationTool::SeaOrm
            | MigrationTool::Prisma
            | MigrationTool::Drizzle
            | MigrationTool::Django
            | MigrationTool::Rails
            | MigrationTool::Knex
            | MigrationTool::TypeOrm
            | MigrationTool::Sequelize => None,
        }
    }

    /// Joins heads.
    pub fn merge(self) -> Option<&'static str> {
        match self {
            MigrationTool::Alembic => Some("alembic merge heads"),
            MigrationTool::Django => Some("python manage.py makemigrations --merge"),
            MigrationTool::Flyway
            | MigrationTool::Liquibase
            | MigrationTool::Goose
            | MigrationTool::GolangMigrate
            | MigrationTool::Dbmate
            | MigrationTool::Sqlx
            | MigrationTool::Diesel
            | MigrationTool::Refinery
            | MigrationTool::SeaOrm
            | MigrationTool::Supabase
            | MigrationTool::Prisma
            | MigrationTool::Drizzle
            | MigrationTool::Rails
            | MigrationTool::Knex
            | MigrationTool::TypeOrm
            | MigrationTool::Sequelize => None,
        }
    }

    /// Gives up a lock that no run holds any more.
    pub fn unlock(self) -> Option<&'static str> {
        match self {
            MigrationTool::Liquibase => Some("liquibase release-locks"),
            MigrationTool::Knex => Some("knex migrate:unlock"),
            MigrationTool::Alembic
            | MigrationTool::Flyway
            | MigrationTool::Goose
            | MigrationTool::GolangMigrate
            | MigrationTool::Dbmate
            | MigrationTool::Sqlx
            | MigrationTool::Diesel
            | MigrationTool::Refinery
            | MigrationTool::SeaOrm
            | MigrationTool::Supabase
            | MigrationTool::Prisma
            | MigrationTool::Drizzle
            | MigrationTool::Django
            | MigrationTool::Rails
            | MigrationTool::TypeOrm
            | MigrationTool::Sequelize => None,
        }
    }

    /// Records that a database which is there already stands at `revision`.
    pub fn baseline(self, revision: &str) -> Option<String> {
        match self {
            MigrationTool::Alembic => Some(format!("alembic stamp {revision}")),
            MigrationTool::Flyway => Some(format!("flyway -baselineVersion={revision} baseline")),
            MigrationTool::Prisma => Some(format!("prisma migrate resolve --applied {revision}")),
            MigrationTool::Supabase => Some(format!("supabase migration repair --status applied {revision}")),
            MigrationTool::GolangMigrate => Some(format!("migrate force {revision}")),
            MigrationTool::Liquibase => Some("liquibase changelog-sync".to_owned()),
            MigrationTool::Django => Some("python manage.py migrate --fake-initial".to_owned()),
            MigrationTool::Goose
            | MigrationTool::Dbmate
            | MigrationTool::Sqlx
            | MigrationTool::Diesel
            | MigrationTool::Refinery
            | MigrationTool::SeaOrm
            | MigrationTool::Drizzle
            | MigrationTool::Rails
            | MigrationTool::Knex
            | MigrationTool::TypeOrm
            | MigrationTool::Sequelize => None,
        }
    }

    /// Records that `revision`, which failed, is not there, once nothing of it is left; `before` is the one before it.
    pub fn forget_failed(self, revision: &str, before: Option<&str>) -> Option<String> {
        match self {
            MigrationTool::Flyway => Some("flyway repair".to_owned()),
            MigrationTool::GolangMigrate => Some(format!("migrate force {}", before?.trim_start_matches('0'))),
            MigrationTool::Prisma => Some(format!("prisma migrate resolve --rolled-back {revision}")),
            MigrationTool::Sqlx => {
                Some(format!("DELETE FROM _sqlx_migrations WHERE version = {revision} AND NOT success;"))
            }
            MigrationTool::Alembic
            | MigrationTool::Liquibase
            | MigrationTool::Goose
            | MigrationTool::Dbmate
            | MigrationTool::Diesel
            | MigrationTool::Refinery
            | MigrationTool::SeaOrm
            | MigrationTool::Supabase
            | MigrationTool::Drizzle
            | MigrationTool::Django
            | MigrationTool::Rails
            | MigrationTool::Knex
            | MigrationTool::TypeOrm
            | MigrationTool::Sequelize => None,
        }
    }
}
