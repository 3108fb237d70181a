"""Trains the planner's LoRA adapter on synthetic requests; resumes, and runs on any device.

    python -m training.planner.train runs/requests.jsonl runs/planner --minutes 60

The base is the GGUF file the program ships with, dequantised, so that the adapter corrects the
weights it will really meet. Loss on the answer only; batches of like length; one pass. The
learning rate falls with the samples seen or with the time used, whichever is further on, so that
a run ends when it is told to. See Hu et al., "LoRA: Low-Rank Adaptation", arXiv:2106.09685.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch
from peft import LoraConfig, PeftModel, get_peft_model, set_peft_model_state_dict
from peft.utils import get_peft_model_state_dict
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

from t2i_chat.llm.chat_template import chat_prompt
from training.planner import export_gguf

LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
END = "<|im_end|>"
PADDING = 8
"""Batches are as long as a multiple of this, so that the CPU's kernels are made for few shapes."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TokenizedExample:
    """Token ids of one request, and where its answer begins."""

    ids: tuple[int, ...]
    answer_at: int


def load_base(gguf: Path) -> tuple[LlamaForCausalLM, AutoTokenizer]:
    """The dequantised fp32 model of a GGUF file and its tokenizer.

    The copy into a fresh model drops the mark of quantisation, which would forbid training.
    """
    names = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
    tokenizer = AutoTokenizer.from_pretrained(**names)
    loaded = AutoModelForCausalLM.from_pretrained(**names, dtype=torch.float32)
    config = loaded.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    model = LlamaForCausalLM(config)
    model.load_state_dict(loaded.state_dict())
    return model, tokenizer


def encode(rows: Sequence[dict[str, str]], tokenizer: AutoTokenizer) -> list[TokenizedExample]:
    """Requests and answers as token ids, in the chat template the planner uses."""
    examples = []
    for row in rows:
        head = tokenizer(chat_prompt(row["prompt"]), add_special_tokens=False)["input_ids"]
        tail = tokenizer(row["answer"] + END, add_special_tokens=False)["input_ids"]
        examples.append(TokenizedExample((*head, *tail), len(head)))
    return examples


def batches(
    examples: list[TokenizedExample], size: int, rng: random.Random
) -> list[list[TokenizedExample]]:
    """All examples once, like lengths together, in random order."""
    shuffled = rng.sample(examples, k=len(examples))
    shuffled.sort(key=lambda example: len(example.ids))
    cut = [shuffled[i : i + size] for i in range(0, len(shuffled), size)]
    rng.shuffle(cut)
    return cut


def quicken(model: PeftModel, bf16: bool) -> None:
    """Settings that change the speed on a CPU and not the result.

    Plain attention is a quarter faster than the fused one on sequences this short, and frozen
    weights already in bfloat16 need not be cast at every step.
    """
    model.get_base_model().set_attn_implementation("eager")
    for name, weight in model.named_parameters():
        if bf16 and ".base_layer." in name:
            weight.data = weight.data.bfloat16()


def begin_from(model: PeftModel, file: Path) -> None:
    """Puts a shipped adapter (GGUF) into the model, so that training goes on where it ended."""
    config = model.get_base_model().config
    read = export_gguf.read(file, config.num_attention_heads, config.num_key_value_heads)
    state = {name: torch.from_numpy(matrix) for name, matrix in read.items()}
    set_peft_model_state_dict(model, state)
    log.info("began from %s, %d matrices", file.name, len(state))


def loss_of(
    model: PeftModel, batch: list[TokenizedExample], device: str, bf16: bool
) -> torch.Tensor:
    """Mean cross-entropy of the answers' tokens; the head runs on those positions only."""
    longest = -max(len(example.ids) for example in batch) // PADDING * -PADDING
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    mask = torch.zeros(len(batch), longest, dtype=torch.long)
    rows, places, wanted = [], [], []
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        mask[row, : len(example.ids)] = 1
        for place in range(example.answer_at, len(example.ids)):
            rows.append(row)
            places.append(place - 1)
            wanted.append(example.ids[place])
    with torch.autocast(device.partition(":")[0], torch.bfloat16, enabled=bf16):
        decoder = model.get_base_model()
        hidden = decoder.model(ids.to(device), attention_mask=mask.to(device)).last_hidden_state
        logits = decoder.lm_head(hidden[rows, places])
    return torch.nn.functional.cross_entropy(logits.float(), torch.tensor(wanted, device=device))


@dataclass(slots=True)
class LoraRun:
    """A training run on disk: adapter, optimizer and how far it came."""

    folder: Path
    model: PeftModel
    optimizer: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0

    def save(self) -> None:
        """Writes the checkpoint beside the old one, then puts it in its place."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "adapter": get_peft_model_state_dict(self.model),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        torch.save(state, self.folder / "checkpoint.new")
        (self.folder / "checkpoint.new").replace(self.folder / "checkpoint.pt")

    def resume(self) -> None:
        """Takes up a checkpoint if there is one."""
        file = self.folder / "checkpoint.pt"
        if file.exists():
            state = torch.load(file, map_location="cpu", weights_only=True)
            set_peft_model_state_dict(self.model, state["adapter"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.seconds = state["step"], state["seconds"]
            log.info("resumed at step %d", self.step)


def train(
    run: LoraRun, work: list[list[TokenizedExample]], options: argparse.Namespace
) -> Iterator[float]:
    """Trains until the batches or the minutes are used up, yielding each step's loss."""
    limit = options.minutes * 60
    while run.step < len(work):
        began = time.monotonic()
        progress = max(run.step / len(work), run.seconds / limit)
        if progress >= 1:
            break
        for group in run.optimizer.param_groups:
            group["lr"] = options.lr * min((run.step + 1) / 30, 1 - progress)
        loss = loss_of(run.model, work[run.step], options.device, options.bf16)
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
        run.optimizer.step()
        run.step += 1
        run.seconds += time.monotonic() - began
        yield float(loss.detach())


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    options = _options(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    model, tokenizer = load_base(options.base)
    rows = [json.loads(line) for line in options.requests.read_text("utf-8").splitlines()]
    config = LoraConfig(r=options.rank, lora_alpha=options.rank, target_modules=LINEAR)
    adapted = get_peft_model(model, config).to(options.device)
    if options.device == "cpu":
        quicken(adapted, options.bf16)
    weights = [p for p in adapted.parameters() if p.requires_grad]
    run = LoraRun(options.out, adapted, torch.optim.AdamW(weights, lr=options.lr, weight_decay=0.0))
    if options.start is not None:
        begin_from(adapted, options.start)
    run.resume()
    work = batches(encode(rows, tokenizer), options.batch, random.Random(options.seed))
    saved, recent = run.seconds, list[float]()
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "log.csv").open("a", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        for loss in train(run, work, options):
            recent.append(loss)
            table.writerow([run.step, f"{loss:.4f}", f"{run.seconds:.1f}"])
            if run.step % 20 == 0:
                file.flush()
                rate = run.step * options.batch / run.seconds
                mean = sum(recent[-50:]) / len(recent[-50:])
                log.info("%d/%d loss %.4f %.2f/s", run.step, len(work), mean, rate)
            if run.seconds - saved > 240:
                run.save()
                saved = run.seconds
    run.save()
    adapted.save_pretrained(options.out / "adapter")
    log.info("adapter in %s", options.out / "adapter")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the planner's LoRA adapter.")
    parser.add_argument("requests", type=Path, help="what generate.py wrote")
    parser.add_argument("out", type=Path, help="folder for checkpoints, log and adapter")
    parser.add_argument("--base", type=Path, required=True, help="the GGUF file to adapt")
    parser.add_argument("--start", type=Path, help="a GGUF adapter to go on from")
    parser.add_argument("--threads", type=int, help="CPU threads; as many as there are if left out")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--no-bf16", dest="bf16", action="store_false")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
