"""Writes a PEFT LoRA adapter of a Llama model as the GGUF file that llama.cpp loads.

    python -m training.planner.export_gguf runs/planner/adapter planner-lora-q8_0.gguf
    python -m training.planner.export_gguf runs/planner/adapter out.gguf --earlier old.gguf

With `--earlier`, what is written is the weighted mean of the adapter and the one its training began
from, which keeps what that one knew (Wortsman et al., "Model soups", arXiv:2203.05482).

The format is llama.cpp's own (convert_lora_to_gguf.py, docs of `general.type = adapter`): for each
weight a pair `*.lora_a` (rank, in) and `*.lora_b` (out, rank). Query and key rows are permuted the
way llama.cpp keeps them for its rotary embedding. Stored as 8-bit blocks (Q8_0) where the row
length allows it.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

Matrix = NDArray[np.float32]
NAMES = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
"""Our names of the linear layers and llama.cpp's."""
_TENSOR = re.compile(r".*layers\.(\d+)\.\w+\.(\w+_proj)\.lora_([AB])\.weight")
log = logging.getLogger(__name__)


def interleave(rows: Matrix, heads: int) -> Matrix:
    """Rows of a query or key weight, from halves per head to the pairs llama.cpp rotates."""
    halves = rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(rows.shape))


def separate(rows: Matrix, heads: int) -> Matrix:
    """What `interleave` did, undone."""
    pairs = rows.reshape(heads, rows.shape[0] // heads // 2, 2, *rows.shape[1:])
    return np.ascontiguousarray(pairs.swapaxes(1, 2).reshape(rows.shape))


def tensors(adapter: Path, heads: int, key_heads: int) -> dict[str, Matrix]:
    """The adapter's matrices under llama.cpp's names. Raises ValueError for unknown layers."""
    found: dict[str, Matrix] = {}
    for name, weight in load_file(adapter / "adapter_model.safetensors").items():
        match = _TENSOR.fullmatch(name)
        if match is None:
            raise ValueError(f"no place in GGUF for {name}")
        block, layer, side = match.groups()
        matrix = weight.astype(np.float32)
        if side == "B" and layer in ("q_proj", "k_proj"):
            matrix = interleave(matrix, heads if layer == "q_proj" else key_heads)
        found[f"blk.{block}.{NAMES[layer]}.weight.lora_{side.lower()}"] = matrix
    return found


def read(file: Path, heads: int, key_heads: int) -> dict[str, Matrix]:
    """The matrices of a written adapter under PEFT's names, to go on training from."""
    layers = {short: long for long, short in NAMES.items()}
    found: dict[str, Matrix] = {}
    for tensor in gguf.GGUFReader(file).tensors:
        _, block, layer, _, side = tensor.name.split(".")
        matrix = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        name = layers[layer]
        if side == "lora_b" and name in ("q_proj", "k_proj"):
            matrix = separate(matrix, heads if name == "q_proj" else key_heads)
        part = "self_attn" if layer.startswith("attn") else "mlp"
        letter = side[-1].upper()
        found[f"base_model.model.model.layers.{block}.{part}.{name}.lora_{letter}.weight"] = matrix
    return found


def blend(new: dict[str, Matrix], old: dict[str, Matrix], share: float) -> dict[str, Matrix]:
    """The mean of two adapters of one shape, `share` of it new."""
    return {name: share * matrix + (1 - share) * old[name] for name, matrix in new.items()}


def _by_llama_names(file: Path) -> dict[str, Matrix]:
    """The matrices of a written adapter as they lie in it."""
    return {
        str(tensor.name): gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        for tensor in gguf.GGUFReader(file).tensors
    }


def write(
    adapter: Path,
    out: Path,
    *,
    heads: int,
    key_heads: int,
    earlier: Path | None = None,
    share: float = 1.0,
) -> None:
    """Writes the GGUF file; of an earlier one, if there is one, all but `share` is kept."""
    config = json.loads((adapter / "adapter_config.json").read_text("utf-8"))
    writer = gguf.GGUFWriter(str(out), "llama")
    writer.add_type("adapter")
    writer.add_name("t2i-chat planner")
    writer.add_license("apache-2.0")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    found = tensors(adapter, heads, key_heads)
    if earlier is not None:
        found = blend(found, _by_llama_names(earlier), share)
    for name, matrix in sorted(found.items()):
        kind = gguf.GGMLQuantizationType.Q8_0
        if matrix.shape[-1] % gguf.GGML_QUANT_SIZES[kind][0]:
            kind = gguf.GGMLQuantizationType.F16
        writer.add_tensor(name, gguf.quants.quantize(matrix, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    out.chmod(0o644)


def main(argv: Sequence[str] | None = None) -> None:
    """The command line; the head counts are SmolLM2-135M's."""
    parser = argparse.ArgumentParser(description="Write a LoRA adapter as GGUF.")
    parser.add_argument("adapter", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--heads", type=int, default=9)
    parser.add_argument("--key-heads", type=int, default=3)
    parser.add_argument("--earlier", type=Path, help="a GGUF adapter to be part of the mean")
    parser.add_argument("--share", type=float, default=0.85, help="the new adapter's share of it")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    heads = {"heads": options.heads, "key_heads": options.key_heads}
    share = options.share if options.earlier else 1.0
    write(options.adapter, options.out, **heads, earlier=options.earlier, share=share)
    log.info("%s: %.1f MB", options.out, options.out.stat().st_size / 1e6)


if __name__ == "__main__":
    main()
