"""Slack's size limits, each with where it was found (design facts, section 2.1)."""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_TEXT = 12_000
# Measured by others: the sum of markdown blocks in one message (bolt-js#2509).
MESSAGE_MARKDOWN = 13_200
# Documented: longer text is cut off.
POST_TEXT = 40_000
# Measured by others: chat.update refuses longer text although chat.postMessage takes it.
UPDATE_TEXT = 4_000
# Measured by others at 11,977 characters, details and output of tasks counted twice.
STREAM_TEXT = 11_900
STREAM_TASKS = 50
# Measured by others: the server closes a stream after about five minutes.
STREAM_SECONDS = 300.0
STATUS_SECONDS = 120.0
LOADING_MESSAGES = 10
SUGGESTED_PROMPTS = 4
SESSION_TITLE = 200
TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60.0
VIEW_BYTES = 250_000
VIEW_STACK = 3
PRIVATE_METADATA = 3_000
# files.getUploadURLExternal, alt_txt.
ALT_TEXT = 1_000
METADATA_BYTES = 16_000
CONNECTIONS = 10
# Delayed events: kept while no connection is open.
EVENT_KEEP_SECONDS = 2 * 3600.0
