"""The offline playbook: a model without a model."""

from bot.model.offline.model import OfflineModel

__all__ = ["OfflineModel"]
