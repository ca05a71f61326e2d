"""The words by which each specialist's field is recognised, in the languages that we meet.

Weights: 4 names the field beyond doubt (a tool of one language), 2 is typical of it, 1 is a hint.
Terms are folded and matched on word starts; those of up to four letters must be whole words.
They stand beside the expertise of the charters, which a team may change: these are the words of
people who do not name the field (a library, an exception, "Tabelle").
"""

Weighted = dict[float, str]
"""Weight -> terms divided by commas."""

PYTHON: Weighted = {
    4: "django, drf, fastapi, flask, celery, uvicorn, gunicorn, uwsgi, asyncio, aiohttp, starlette,"
    " pydantic, sqlalchemy, alembic, asyncpg, psycopg, dramatiq, litestar, sanic, tornado,"
    " hypercorn,"
    ' pytest, poetry, pip install, pipenv, python, traceback (most recent call last), .py",'
    " different loop, pypy, cpython, the gil, mypy, httpx, pandas, manage.py, rq worker, flower,"
    " asgi, wsgi, channels_redis, scrapy, airflow, cython, __init__, self.assert, requirements.txt,"
    " tortoise orm, peewee, granian, django-ninja, django ninja, marshmallow, numpy",
    2: "async def, await pool, channels, virtualenv, pyproject, event loop is closed,"
    " coroutine was",
}
NODE: Weighted = {
    4: "node.js, nodejs, express.js, expressjs, nestjs, nest.js, koa, fastify, npm, pnpm, yarn,"
    " typescript, javascript, prisma, typeorm, sequelize, bullmq, mongoose, libuv, deno, pm2,"
    " socket.io, hapi, knex, drizzle, node_modules, unhandledrejection, unhandled rejection,"
    " unhandledpromiserejection, worker_threads, worker threads, event loop lag, event loop delay,"
    " event loop block, blocks the event loop, package.json, ts-node, tsx, zod, jest, v8 heap,"
    " --max-old-space-size, max-old-space-size, javascript heap, process.nexttick, setimmediate,"
    " promise.all, mikroorm, mikro-orm, adonis, next.js, nodemailer, passport.js, clinic.js,"
    " cls-hooked, .ts:, .js:, cannot read properties of undefined, is not a function,"
    " asynclocalstorage, undici, axios, tsconfig, esm only, commonjs, request-scoped",
    2: "event loop, middleware chain, serverless function, lambda cold start,"
    " await in a loop, event emitter, eventemitter, streams backpressure",
}
JAVA: Weighted = {
    4: "spring boot, spring cloud, spring data, spring security, spring mvc, spring batch, webflux,"
    " hibernate, jpa, jvm, maven, gradle, tomcat, jetty, undertow, hikari, quarkus, micronaut,"
    " kotlin, jakarta ee, java ee, j2ee, ejb, weblogic, websphere, wildfly, jboss, glassfish,"
    " garbage collector, zgc, shenandoah, g1gc, full gc, gc pause, heap dump, outofmemoryerror,"
    " nullpointerexception, classnotfound, noclassdeffound, lazyinitialization, @transactional,"
    " virtual thread, project loom, r2dbc, jdbc, log4j, logback, junit, mapstruct, lombok,"
    " jvisualvm,"
    " java, .java:, jfr, metaspace, completablefuture, concurrenthashmap, graalvm, jackson,"
    " @async, @autowired, actuator, resilience4j, feign, jooq, mybatis, struts, scala, akka,"
    " coletor de lixo, thread dump, java.lang, java.util, entitymanager, springboot, camel,"
    " bytebuddy,"
    " spring-boot, spring modulith, testcontainers, vaadin, jsp, jstack, eclipselink, classpath,"
    " open-in-view, osiv, spring's, reactor netty",
    2: "g1, servlet, application.yml, application.properties, heap, gc, bean, soap, stop-the-world",
}
GO: Weighted = {
    4: "golang, goroutin, gorm, sqlc, pgx, net/http, database/sql, go.mod, pprof, concurrent map,"
    " sync.map, sync.pool, errgroup, context.context, gomaxprocs, gomemlimit, gofiber,"
    " gin-gonic, go-chi, labstack, asynq, panic: runtime, waitgroup, wait group, go vet, go test,"
    " go build, unbuffered channel, buffered channel, context.withtimeout,"
    " context deadline exceeded,"
    " context canceled, context cancellation, cobra cli, interface{}, grpc-go, go generics,"
    " ctx.done,"
    " nil pointer dereference, nil map, defer rows.close, cgo, gopls, golangci, go routine,"
    " sync.mutex, rwmutex, sync.once, singleflight, http.client, encoding/json, go.sum, .go:,"
    " data race detector, race detector, -race flag, 'go func', select {",
    2: "channel, channels, defer",
}
RUST: Weighted = {
    4: "tokio, axum, actix, serde, sqlx::, cargo, crate, borrow checker, borrowck, lifetime,"
    " diesel,"
    " sea-orm, seaorm, rayon, async-std, clippy, spawn_blocking, arc<mutex, arc<, tonic, hyper::,"
    " unwrap(), panicked at, rustc, rustls, warp filter, tower-http, tower::, tracing-subscriber,"
    " send + sync, box<dyn, impl trait, dyn trait, unsafe block, no_std, wasm, trait object,"
    " trait bound, future is not send, not `send`, cannot borrow, does not live long enough,"
    " proc macro, macro_rules, miri, thiserror, anyhow, jemalloc, bytes::, .rs:, e0, smol",
    2: "sqlx, ownership, zero-copy, mutex guard, rust-analyzer",
}
DATABASE: Weighted = {
    4: "pg_stat_statements, autovacuum, vacuum, explain analyze, seq scan, sequential scan,"
    " row-level security, row level security, pgbouncer, max_connections, too many clients,"
    " foreign key, primary key, composite index, covering index, partial index, jsonb, deadlock,"
    " materialized view, materialised view, pg_dump, point-in-time, pitr, read replica,"
    " replication lag, replikationsverzug, isolation level, serializable, repeatable read,"
    " unique constraint, check constraint, data model, datenmodell, modelo de datos,"
    " modelo de dados,"
    " modele de donnees, normaliz, denormaliz, query plan, query planner, create index,"
    " alter table,"
    " clickhouse, timescale, pgvector, full-text search, fulltext, postgis, innodb, mysql, mariadb,"
    " mongodb, cassandra, dynamodb, cockroachdb, oracle, sql server, sqlite, data warehouse,"
    " bigquery, snowflake, postgres, schema per tenant, slow query, langsame abfrage, tablespace,"
    " wal file, wal segment, logical replication, bloat, pg_repack, uuidv7, sharding, shard key,"
    " shard, citus, vitess, lock timeout, lock_timeout, for update, skip locked, advisory lock,"
    " neo4j, scylla, couchbase, firestore, redshift, dbt, flyway, liquibase, cte, hot table,"
    " online schema change, gh-ost, pt-online, fremdschlussel, clave foranea, cle etrangere,"
    " chave estrangeira, index-only scan, bitmap heap, gin index, brin, btree, b-tree, toast,"
    " surrogate key, natural key, write-ahead, oltp, olap, star schema, retention policy",
    2: "table, tabel, database, db, sql, index, indexes, indices, query, queries, schema, column,"
    " rows, row, partition, replica, join, joins, constraint, tabla, tabela, tabelle, tabella,"
    " tableau de la base, la table, datenbank, base de datos, banco de dados, base de donnees,"
    " baza danych, bazy danych, bazie, indeks, indice, indizes, abfrage, abfragen, consulta,"
    " consultas sql, requete sql, requetes, zeilen, filas, linhas, lignes, particion,"
    " spalte, columna, coluna, colonne, backup, restore, transaction, transaktion, transaccion,"
    " migration, orm, redis, elasticsearch, data type, storage engine, duplicates, uuid, n+1,"
    " connection pool, tablas, zapytani, dane, veritabani, sorgu, tablo,"
    " archive old, purge, replikation, sperren, bloque, esquema, sicherung, reporting, data goes",
}
API: Weighted = {
    4: "openapi, swagger, graphql, rest api, api rest, rest-api, api publique, api publica,"
    " public api,"
    " pagination, paginat, paginacion, paginacao, seitenweise, cursor-based, rfc 9457,"
    " rfc 7807, problem details, api gateway, api-gateway, api design, api version, api versioning,"
    " versioning the api, version the api, hateoas, etag, if-match, idempotency key,"
    " idempotency-key,"
    " rate limit, rate-limit, ratelimit, limite de taux, limite de tasa, webhook, api key,"
    " api keys,"
    " api-schlussel, oauth, openid, oidc, cors, json:api, deprecat, sunset header, error model,"
    " error format, error response, fehlerformat, fehlermodell, bulk endpoint, batch endpoint,"
    " api contract, api-first, backward compatib, backwards compatib, abwartskompatibel, breaking"
    " change, protobuf, grpc, status code, statuscode, content negotiation, accept header,"
    " http header, http method, sdk, api client, api-client, partner api, schnittstelle, api style,"
    " persisted quer, apollo, federation, dataloader, jsonapi, odata, asyncapi, bff, kong, apigee,"
    " patch semantics, 429, 422, response body, request body, merge patch, json patch, field mask,"
    " long-running operation, 202 accepted, server-sent events, api docs, api documentation,"
    " endpoint naming, resource naming, query parameter, url design, filter syntax, api consumers,"
    " api clients, versionamos, versionar, contrato de la api, contract first, introspection,"
    " hmac, signature header, json schema, error code, error codes, oauth scopes,"
    " third-party developers",
    2: "api, apis, endpoint, endpoints, endpunkt, rest, json, jwt, client, clients, payload, http,"
    " idempoten, contract, cursor, public, integrators, partners, partner, consumer-driven,"
    " response format, header, versionierung, versioning, token, mobile app, mobile team, 400, 409,"
    " interface, reponse, respuesta, resposta, headers, get /, post /, put /, patch /, delete /",
}
SERVICES: Weighted = {
    4: "microservice, micro-service, microservicio, microsservico, mikroservice, service mesh,"
    " istio,"
    " linkerd, envoy, saga, choreograph, circuit breaker, service discovery, consul,"
    " bounded context,"
    " inter-service, between services, between our services, across services, zwischen services,"
    " zwischen den services, zwischen diensten, zwischen den diensten, entre servicios,"
    " entre services,"
    " entre servicos, service boundar, servicegrenz, distributed transaction,"
    " verteilte transaktion,"
    " two-phase commit, eventual consisten, eventually consistent, compensat, kompensation,"
    " sidecar,"
    " readiness, liveness, consumer group, consumer lag, schema registry, dead letter, dead-letter,"
    " dlq, outbox, anti-corruption, event-driven, event driven, ereignisgesteuert, mtls,"
    " distributed tracing, verteiltes tracing, node pool, rolling deploy, retry storm, kafka,"
    " rabbitmq,"
    " nats, pulsar, redpanda, decompos, split the monolith, break up the monolith, monolith split,"
    " orchestrat, service-to-service, service to service, exactly-once, at-least-once,"
    " event schema,"
    " event version, rebalanc, idempotent consumer, distributed monolith, fan-out, backpressure"
    " between, cascading failure, bulkhead, message broker, nachrichtenbroker, autonomes, cqrs,"
    " poison message, api composition, correlation id, correlation-id, contract tests between,"
    " pact, dapr, eventbridge, choreografie, services talk, services communicate, services call,"
    " service graph, event bus, event-bus, mesh, service owner, shared library between",
    2: "kubernetes, k8s, pod, pods, services, service, dienste, event, events, topic, consumer,"
    " producer, broker, queue, message, messages, retries, retry, monolith, monolithe, monolito,"
    " shutdown, trace, deployment, helm, grpc, events between, async messaging, offset, rollout,"
    " event sourcing, ownership, timeouts, timeout, mensajes, nachrichten, servicios, servicos",
}
BACKEND: Weighted = {
    4: "hexagonal, layered architecture, clean architecture, onion architecture, system design,"
    " architektur, architecture, arquitectura, arquitetura, architettura, architektury,"
    " multi-region,"
    " multiregion, disaster recovery, high availability, hochverfugbar, tech stack,"
    " technology choice,"
    " which language, which framework, welche sprache, que lenguaje, quel langage, build vs buy,"
    " build or buy, modular monolith, modulith, multi-tenan, multitenan, mandantenfahig,"
    " isolation in"
    " the contract, per customer, pro kunde, feature flag, secrets manag, secret rotation,"
    " caching strategy, cache strategy, cache invalidation, cdn, observability,"
    " monitoring strategy,"
    " adr, architecture decision, technical debt, tech debt, serverless, scalab, skalier, gdpr,"
    " dsgvo,"
    " rgpd, lgpd, compliance, data residency, threat model, owasp, encryption at rest,"
    " background job,"
    " job queue, task queue, file upload, object storage, s3, active-active, rto, rpo, sla, slo,"
    " failover,"
    " ci/cd, blue-green, blue green, canary, capacity plan, cost, vendor lock, 12-factor,"
    " twelve-factor,"
    " domain model, ddd, domain-driven, event storming, coupling, plugin system, monorepo,"
    " single point"
    " of failure, on-premise, on-prem, self-hosted, staging environment, environments, cron,"
    " scheduled job, audit log, authorization model, authorisation model, rbac, permissions, sso,"
    " 监控, runbook, incident, alerting",
    2: "design, system, backend, platform, cache, caching, redis, scale, deploy, deployment,"
    " module,"
    " modules, structure, tenant, tenants, security, auth, login, authentication, cloud, aws,"
    " gcp, azure,"
    " logging, metrics, monitoring, queue, worker, workers, monolith, split, region, availability,"
    " load balanc, layer, layers, framework, app, application, product, startup, from scratch, mvp",
}
LEXICON: dict[str, Weighted] = {
    "python-backend-expert": PYTHON,
    "nodejs-backend-expert": NODE,
    "java-backend-expert": JAVA,
    "golang-backend-expert": GO,
    "rust-backend-expert": RUST,
    "database-architect": DATABASE,
    "api-architect": API,
    "microservices-expert": SERVICES,
    "backend-architect": BACKEND,
}
MENDABLE = frozenset({
    "django", "fastapi", "sqlalchemy", "alembic", "asyncio", "pydantic", "uvicorn", "gunicorn",
    "aiohttp", "postgres", "postgresql", "nestjs", "fastify", "express", "typescript",
    "javascript", "prisma", "typeorm", "sequelize", "mongoose", "hibernate", "tomcat", "quarkus",
    "micronaut", "kotlin", "gradle", "weblogic", "websphere", "hikaricp", "webflux", "golang",
    "goroutine", "goroutines", "kubernetes", "mongodb", "cassandra", "dynamodb", "clickhouse",
    "elasticsearch", "autovacuum", "vacuum", "deadlock", "pgbouncer", "partitioning",
    "replication", "migration", "migrations", "sharding", "normalization", "graphql", "openapi",
    "swagger", "pagination", "webhook", "webhooks", "idempotency", "idempotent", "versioning",
    "deprecation", "endpoint", "endpoints", "microservice", "microservices", "choreography",
    "orchestration", "rabbitmq", "readiness", "liveness", "sidecar", "monolith", "monolithic",
    "serverless", "scalability", "architecture", "hexagonal", "performance", "bottleneck",
    "latency", "throughput", "modernization", "transaction", "transactions", "isolation",
    "database", "databases", "springboot", "terraform", "observability", "authentication",
    "authorization", "celery", "python", "dockerfile", "repository", "schema", "schemas",
    "queries", "indexes", "paginate",
})  # fmt: skip
"""What a mistyped word may be mended to; no ordinary word looks like one of these."""
AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "python-backend-expert": ("python", "flask", "celery"),
    "nodejs-backend-expert": ("express", "node", "bun"),
    "java-backend-expert": ("spring", "java", "play"),
    "golang-backend-expert": ("go", "gin", "echo", "fiber", "chi"),
    "rust-backend-expert": ("rust", "rocket", "hyper", "tower"),
}
"""Names that are ordinary words too: they count by `means_technology` only."""
UNSPACED: dict[str, str] = {
    "database-architect": (
        "数据库 資料庫 索引 查询 分库 分表 慢查询 数据表 事务 隔离级别 死锁 主键 テーブル クエリ"
        " インデックス データベース 集計 トランザクション 分離レベル デッドロック 테이블"
        " 데이터베이스 인덱스 쿼리 파티션 트랜잭션 таблиц индекс запрос данных партици транзакц"
        " блокировк البيانات डेटाबेस טבלה"
    ),
    "api-architect": (
        "接口 分页 限流 版本控制 ページネーション エンドポイント レート制限 페이지네이션"
        " 엔드포인트 эндпоинт пагинац версионир واجهة"
    ),
    "microservices-expert": (
        "微服务 微服務 服务之间 最终一致性 补偿 消息队列 分布式事务 マイクロサービス サービス間"
        " 結果整合性 分散トランザクション 마이크로서비스 사가 микросервис сервисами"
    ),
    "backend-architect": "架构 架構 系统设计 アーキテクチャ 設計 아키텍처 설계 архитектур",
    "golang-backend-expert": "ゴルーチン 고루틴 горутин",
    "java-backend-expert": "堆内存 垃圾回收 ガベージコレクション",
}
"""Words of scripts that our word rule does not fit, matched anywhere; each weighs 2."""
