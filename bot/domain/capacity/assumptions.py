"""What is assumed when a request does not say, each with its reason; outputs mark their use."""

P95_MS = 200.0
"""The seed charter's quality gate: api_response_time_p95 < 200 ms."""
HOLD_MS = 10.0
"""Time a database connection is held per request: a few indexed statements of 1 to 3 ms each."""
BURST = 2.0
"""Head-room over the mean: arrivals are random, and at 50 % use an M/M/c pool hardly queues."""
CPU_MS = 10.0
"""CPU per request of a JSON endpoint in an interpreted language; compiled ones need less."""
CORES = 2
"""A common container size."""
TARGET_USE = 0.6
"""Above about 60 to 70 % CPU queueing delay grows faster than load."""
WRITE_SHARE = 0.1
"""Business APIs read about ten times as often as they write."""
ROW_KB = 0.5
"""A row of twenty columns with its share of two or three indexes."""
EVENT_KB = 1.0
"""A JSON event with envelope."""
BACKFILL_ROWS_S = 5_000.0
"""Batches of 1,000 rows with pauses, so that replicas and vacuum keep up."""
SCAN_MB_S = 50.0
"""What one `CREATE INDEX CONCURRENTLY` reads on network storage beside normal load."""
OUTAGE_MIN = 30.0
"""A consumer deploy that went wrong, found and rolled back."""
DRAIN_FACTOR = 1.5
"""Consumers that can do half as much again as arrives."""
HIT_RATE = 0.9
"""A cache in front of hot reads, once warm."""
BURST_LIMIT = 10.0
"""A tenant may use ten times the even share: load between tenants is skewed."""
ATTEMPTS, LAYERS = 3, 3
"""Client library, gateway and service each with the usual three attempts."""
RETRY_BUDGET = 0.1
"""Retries as a share of requests, as in Finagle's and Envoy's retry budgets (10 to 20 %)."""
CONSUMER_EVENTS_S = 100.0
"""One consumer that writes each event to a database and calls something: 10 ms an event."""
PARTITION_ROWS = 50e6
"""A partition whose indexes still fit in memory and whose vacuum ends within minutes."""
