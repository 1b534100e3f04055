"""Low-rank updates that adapt an encoder to projects and strategies.

A full set of weights is 484 MB; what training changed fits in a few. The file holds,
for some linear layers, two thin matrices whose product is added to the layer's weight
when the model is loaded (LoRA; Hu et al., 2022).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from roadmapfit.errors import EncoderError

if TYPE_CHECKING:
    from torch.nn import Module

ADAPTER_NAME = "adapter.safetensors"


def apply_adapter(model: Module, path: Path) -> None:
    """Add an adapter's updates to a model's weights, in place.

    Parameters
    ----------
    model
        The transformer, in float32: in fewer bits small updates would be rounded away.
    path
        safetensors with pairs ``<layer>.lora_A``, shape (rank, n_in), and
        ``<layer>.lora_B``, shape (n_out, rank), and a number ``scale`` in its header.

    Raises
    ------
    EncoderError
        If the file is damaged, or made for another model.
    """
    import torch
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="pt") as tensors:
            scale = float(tensors.metadata()["scale"])
            names = {name.rsplit(".", 1)[0] for name in tensors.keys()}  # noqa: SIM118 (no dict)
            with torch.no_grad():
                for name in sorted(names):
                    down = tensors.get_tensor(f"{name}.lora_A").float()
                    up = tensors.get_tensor(f"{name}.lora_B").float()
                    model.get_submodule(name).weight += scale * (up @ down)
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        raise EncoderError("adapter_damaged", path=path, reason=str(error)) from error
    except (AttributeError, RuntimeError) as error:
        raise EncoderError("adapter_other_model", path=path, reason=str(error)) from error
