"""Slack's size limits, each once and with where it is written down.

Sources: [B] docs.slack.dev/reference/block-kit/blocks, [V] docs.slack.dev/reference/views,
[M] docs.slack.dev/messaging/message-metadata, [T] measured by others in public threads.
Sizes are counted in UTF-16 units (see `bot.slack.text.size`), the strictest way anybody counts.
"""

SECTION_TEXT = 3000  # [B] section.text
HEADER_TEXT = 150  # [B] header.text
CONTEXT_ELEMENTS = 10  # [B] context.elements
CONTEXT_TEXT = 2000  # [B] text objects without a limit of their own
ACTION_ELEMENTS = 25  # [B] actions.elements
BUTTON_TEXT = 75  # [B] button.text, accessibility_label
BUTTON_VALUE = 2000  # [B] button.value
ACTION_ID = 255  # [B] action_id, block_id
INPUT_TEXT = 3000  # [B] plain_text_input
INPUT_LABEL = 2000  # [B] input.label
PLACEHOLDER = 150  # [B] placeholder

MESSAGE_BLOCKS = 50  # [B] blocks per message
MESSAGE_CHARS = 12_000
"""[T] `msg_blocks_too_long` above about 13,200 characters in one message (bolt-js#2509)."""
FALLBACK_TEXT = 1_000
"""Ours: `text` is what notifications and screen readers say, not the whole message."""
PLAIN_TEXT = 3_900
"""[T] chat.update refuses `text` above about 4,000 that chat.postMessage takes (daimon#106)."""

PLAN_TASKS = 40
"""[T] a stream of more than 48 tasks was refused; some blocks close it (centaur#469)."""
STREAM_BYTES = 9_000
"""[T] `msg_too_long` between 10.6 and 12 kB of one streamed message, `output` counted twice
(openclaw#143882, CopilotKit#6064)."""
STREAM_SECONDS = 240
"""[T] Slack ends a stream after about five minutes, whatever is appended (vercel/chat#884)."""

VIEW_BLOCKS = 100  # [V] blocks per modal or Home tab
VIEW_TITLE = 24  # [V] title, submit, close
VIEW_CHARS = 60_000
"""[V] a view is at most 250 kB of JSON; escaped, a character may take several bytes."""
PRIVATE_METADATA = 3000  # [V]
METADATA_VALUE = 200
"""Ours: an outbox row's key, well within the metadata's 16 kB [M]."""
