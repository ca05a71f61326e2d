"""The database: models, repositories, unit of work, migrations."""
