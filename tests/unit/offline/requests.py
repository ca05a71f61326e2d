"""Thirty requests of many kinds, for tests that hold for all of them."""

REQUESTS: tuple[str, ...] = (
    "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps, p95 under 200 ms",
    (
        "Wir brauchen eine mandantenfähige Abrechnungs-API mit Stripe auf Spring Boot, 300 Anfragen"
        " pro Sekunde, 200 Mandanten"
    ),
    "HikariCP pool exhausted at 300 rps",
    (
        "We run a 15 year old PHP monolith on MySQL 5.5 (2 TB) and want to move to NestJS step by"
        " step"
        " without downtime"
    ),
    (
        "Split our Spring monolith (catalog, checkout,"
        " payments; 35 developers) into microservices with"
        " Kafka. One shared Postgres."
    ),
    (
        "GET /orders is slow: pg_stat_statements shows one query with mean 84 ms,"
        " 40 GB table with 300"
        " million rows"
    ),
    (
        "Build a telemetry ingest service in Rust with axum and sqlx: 20,000 events/s,"
        " 1 KB payload,"
        " retention 90 days"
    ),
    "Kafka consumer lag grows at 5,000 events/s, Go consumers, what now?",
    (
        "Create a ticketing API with FastAPI and Postgres for 50k users, OAuth login,"
        " audit trail for 7"
        " years"
    ),
    "Necesitamos una plataforma de reservas desde cero con Spring Boot, 300 rps y pagos con Stripe",
    "Nous voulons découper notre monolithe en services autonomes : commandes, stock, facturation.",
    "Precisamos construir do zero um backend de delivery em Node.js com rastreamento em tempo real",
    "How should we version the public REST API with 400 partners: header or path?",
    "Row-level security or a schema per tenant for 900 tenants in Postgres?",
    "Celery tasks with acks_late run twice when a worker gets killed. Redis broker.",
    "Our Go service leaks goroutines in the websocket hub, 40k connections after a day",
    "G1 or ZGC for a 12 GB heap with a pause goal under 10 ms?",
    "The tokio runtime stalls when we call a blocking zip crate. spawn_blocking or rayon?",
    "Istio retries plus our own retries gave us a 9x storm at 800 rps. Where should retries live?",
    "Choreography or orchestration for the booking saga across four services?",
    "What rate limit should we set for the public API with 400 tenants and 900 rps?",
    (
        "Our Express API p95 went from 180 ms to 2.4 s at 900 rps, Postgres CPU is at 95 %,"
        " Redis hit"
        " rate 40 %. We need p95 under 250 ms in 3 weeks, plan it."
    ),
    "Scale our Django backend from 100 to 2,000 rps before the TV campaign",
    "Modernize the legacy ordering system (Struts, Oracle 11g) to Quarkus, zero downtime",
    "Two regions active-active or passive standby for 99.95 % availability?",
    "Add a NOT NULL column to a 200 GB table without locking, Postgres 16",
    "GDPR erasure request: how do we delete a user across backups and 30 days of logs?",
    "NestJS: request-scoped providers made our p99 go to 180 ms. Alternative for tenant context?",
    "We want to launch a SaaS for property managers; 200 tenants in year one, Java team of 6",
    "Where do we keep secrets for 5 environments on Kubernetes with 12 pods?",
)
