"""Where computed things are kept between runs."""

import os
from pathlib import Path


def cache_root() -> Path:
    """Return the cache folder: QUAD_CACHE, else the user's cache folder."""
    named = os.environ.get("QUAD_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("quad-studio", appauthor=False))
