"""The command line. While its parts are loaded nothing is thrown away, so the search for garbage rests: a quarter of each start."""

import gc

searched = gc.isenabled()
gc.disable()
from service.cli.main import main as main  # noqa: E402  after what makes it quick

if searched:
    gc.enable()
