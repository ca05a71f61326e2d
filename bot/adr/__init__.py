"""Decision records as files: read in every published form, written as MADR 4, pushed by git."""

from bot.adr.folder import Folder, Skipped, read_folder
from bot.adr.reader import read_adr

__all__ = ["Folder", "Skipped", "read_adr", "read_folder"]
