"""What a technology's name implies, and how its makers write it."""

_IMPLIES = {
    "postgres": "postgresql", "postgresql": "postgres", "timescaledb": "postgres postgresql",
    "aurora": "rds", "kubernetes": "k8s", "k8s": "kubernetes", "eks": "kubernetes k8s aws",
    "go": "golang", "golang": "go", "gin": "go golang", "echo": "go golang", "fiber": "go golang",
    "chi": "go golang", "gorm": "go golang", "pgx": "go golang postgres postgresql",
    "sqlc": "go golang", "node": "nodejs", "nodejs": "node", "express": "node nodejs",
    "nestjs": "node nodejs", "fastify": "node nodejs", "koa": "node nodejs",
    "prisma": "node nodejs", "typeorm": "node nodejs", "bullmq": "node nodejs redis",
    "mongoose": "mongodb", "typescript": "node nodejs", "npm": "node nodejs", "django": "python",
    "fastapi": "python", "flask": "python", "celery": "python", "sqlalchemy": "python",
    "uvicorn": "python", "gunicorn": "python", "pydantic": "python", "asyncio": "python",
    "starlette": "python", "spring": "java", "hibernate": "java jpa", "jpa": "java",
    "hikaricp": "java", "quarkus": "java", "micronaut": "java", "kotlin": "java",
    "tomcat": "java", "jvm": "java", "axum": "rust tokio", "actix": "rust tokio", "tokio": "rust",
    "sqlx": "rust", "diesel": "rust", "tonic": "rust grpc", "serde": "rust", "rds": "aws",
    "sqs": "aws", "s3": "aws", "lambda": "aws", "dynamodb": "aws", "alb": "aws", "istio": "envoy",
    "msk": "kafka aws", "redpanda": "kafka",
}  # fmt: skip
"""What a named technology says about others: Django is Python, pgx is Go on PostgreSQL."""
_LANGUAGES = {"nodejs": ("node", "nodejs"), "golang": ("go", "golang")}
_PROPER = {
    "postgres": "PostgreSQL", "postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB",
    "mongodb": "MongoDB", "dynamodb": "DynamoDB", "nodejs": "Node.js", "node": "Node.js",
    "nestjs": "NestJS", "fastapi": "FastAPI", "graphql": "GraphQL", "grpc": "gRPC", "aws": "AWS",
    "gcp": "GCP", "s3": "S3", "sqs": "SQS", "rabbitmq": "RabbitMQ", "golang": "Go", "go": "Go",
    "hikaricp": "HikariCP", "jpa": "JPA", "jvm": "JVM", "k8s": "Kubernetes",
    "sqlalchemy": "SQLAlchemy", "bullmq": "BullMQ", "rds": "RDS", "axum": "axum",
    "tokio": "tokio", "sqlx": "sqlx", "rest": "REST", "pgbouncer": "PgBouncer",
    "clickhouse": "ClickHouse", "elasticsearch": "Elasticsearch", "typeorm": "TypeORM",
    "openapi": "OpenAPI", "paypal": "PayPal", "mssql": "SQL Server", "socket.io": "Socket.IO",
    "nginx": "nginx", "serde": "serde", "actix": "actix", "pgx": "pgx", "github": "GitHub",
    "sqlite": "SQLite", "websocket": "WebSocket", "pydantic": "Pydantic",
}  # fmt: skip


def implied(names: tuple[str, ...]) -> frozenset[str]:
    """Return the names and what they imply."""
    found = set(names)
    for _ in range(2):
        found |= {other for name in tuple(found) for other in _IMPLIES.get(name, "").split()}
    return frozenset(found)


def language_names(language: str) -> frozenset[str]:
    """Return the names that conditions of bullets use for a language."""
    return frozenset(_LANGUAGES.get(language, (language,)))


def proper(name: str) -> str:
    """Return a technology's name as its makers write it."""
    return _PROPER.get(name, name[:1].upper() + name[1:])
