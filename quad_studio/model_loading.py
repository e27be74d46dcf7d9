"""The one lock under which models are made.

While a model loads, accelerate replaces `torch.nn.Module.register_parameter` for the whole
process, so that weights start on the "meta" device (`accelerate/big_modeling.py`,
`init_on_device`). A second thread that loads a model or adds a LoRA meanwhile gets weights without
data, and may leave the replacement behind for good. The window builds in one thread and runs a
session in others.
"""

import threading

MODEL_LOADING = threading.RLock()
