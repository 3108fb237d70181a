"""Training the storybook: what it is fed, what one step does, how it goes on where it was."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from t2i_chat.storybook import networks
from t2i_chat.storybook.layout import LayoutHead, kinds
from t2i_chat.storybook.scenes import sample_scene
from training.storybook import clip_training, denoiser
from training.storybook.optimizer import MatrixOptimizer
from training.storybook.run import Run, descend, set_rate
from training.storybook.scene_pool import ScenePool, composers, encode
from training.storybook.segmenter import find, new_segmenter
from training.storybook.tokenizer import train_tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer(200)


@pytest.fixture
def model(tokenizer):
    torch.manual_seed(0)
    encoder = networks.new_text_encoder(len(tokenizer), tokenizer.eos_token_id)
    return denoiser.Denoiser(denoiser.with_holes(networks.new_unet()), encoder)


@pytest.fixture(scope="module")
def batch(tokenizer):
    return denoiser.batch_of(ScenePool(8, 128), 2, np.random.default_rng(0), tokenizer)


@pytest.mark.slow
def test_a_pool_with_workers_holds_the_same_scenes_as_one_without():
    with composers(1) as workers:
        worked = ScenePool(3, 128, workers).draw(6, np.random.default_rng(0))
    for one in worked:
        again = encode(one.scene.seed, 128)
        assert one.scene == again.scene
        assert np.array_equal(one.latents, again.latents)
        assert np.array_equal(one.labels, again.labels)


def test_a_scene_is_composed_once():
    pool = ScenePool(1, 128)
    first, second = pool.draw(2, np.random.default_rng(0))
    assert first is second


def test_every_batch_sees_weak_and_strong_noise():
    levels = denoiser.noise_levels(16, torch.device("cpu"))
    assert levels.shape == (16,)
    assert levels.min() < 250
    assert levels.max() > 750
    assert 0 <= levels.min() <= levels.max() <= 999


def test_one_step_trains_all_parts_and_the_average_follows(model, batch):
    optimizer = MatrixOptimizer(model.named_parameters(), lr=1e-3)
    alphas = networks.new_scheduler().alphas_cumprod
    before = [p.clone() for p in model.average.parameters()]
    painted, placed = denoiser.losses_of(model, batch, alphas)
    descend(optimizer, painted + placed, model.parameters())
    assert all(p.grad is not None for p in model.head.parameters())
    text = model.live[1].text_model if hasattr(model.live[1], "text_model") else model.live[1]
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in text.parameters())
    model.follow(0)
    moved = zip(before, model.average.parameters(), strict=True)
    assert any(not torch.equal(old, new) for old, new in moved)


def test_a_checkpoint_restores_every_part(model, tokenizer):
    state = {name: {k: v.clone() for k, v in part.items()} for name, part in model.state().items()}
    encoder = networks.new_text_encoder(len(tokenizer), tokenizer.eos_token_id)
    other = denoiser.Denoiser(denoiser.with_holes(networks.new_unet()), encoder)
    other.restore(state)
    for name, part in other.state().items():
        assert all(torch.equal(part[k], v) for k, v in state[name].items())


def test_matrices_and_all_else_descend_and_are_resumed():
    torch.manual_seed(0)
    layers = torch.nn.Sequential(
        torch.nn.Conv2d(3, 32, 3), torch.nn.Flatten(), torch.nn.Linear(32, 20)
    )
    optimizer = MatrixOptimizer(layers.named_parameters(), lr=0.01)
    pixels, wanted = torch.randn(8, 3, 3, 3), torch.randn(8, 20)
    before = [p.clone() for p in layers.parameters()]
    losses = []
    for _ in range(30):
        loss = torch.nn.functional.mse_loss(layers(pixels), wanted)
        losses.append(descend(optimizer, loss, layers.parameters()))
    assert losses[-1] < 0.7 * losses[0]
    moved = zip(before, layers.parameters(), strict=True)
    assert all(not torch.equal(old, new) for old, new in moved)
    again = MatrixOptimizer(layers.named_parameters(), lr=0.01)
    again.load_state_dict(optimizer.state_dict())
    set_rate(again, 0.0)
    before = [p.clone() for p in layers.parameters()]
    descend(again, torch.nn.functional.mse_loss(layers(pixels), wanted), layers.parameters())
    still = zip(before, layers.parameters(), strict=True)
    assert all(torch.equal(old, new) for old, new in still)


def test_a_run_goes_on_where_it_was(tmp_path):
    run = Run("stage", 10, tmp_path)
    run.step = 7
    run.save({"model": {}})
    again = Run("stage", 10, tmp_path)
    assert again.load() is not None
    assert again.step == 7


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when it is told to."""
    now = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr("training.storybook.run.time.monotonic", lambda: now.seconds)
    return now


def test_a_run_trains_until_its_time_is_over_and_is_kept_on_the_way(tmp_path, clock):
    run, layer = Run("stage", 1, tmp_path), torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    rates, kept = [], []

    def step():
        clock.seconds += 1
        rates.append(optimizer.param_groups[0]["lr"])
        return {"loss": 0.5}

    def checkpoint():
        kept.append(run.step)
        run.keep(layer, optimizer)

    run.train(optimizer, step, checkpoint, peak=0.4, warmup=4, seconds=24)
    assert run.step == len(rates) == 60
    assert rates[:5] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4])
    assert rates[-1] < 0.03
    assert kept == [25, 50, 60]
    logged = (tmp_path / "stage" / "log.csv").read_text().splitlines()
    assert logged == ["step,seconds,loss", "25,25,0.5", "50,50,0.5"]

    again, other = Run("stage", 1, tmp_path), torch.nn.Linear(1, 1)
    again.take_up(other, torch.optim.SGD(other.parameters(), lr=1.0))
    assert again.step == 60
    assert torch.equal(other.weight, layer.weight)
    assert Run("other", 1, tmp_path).take_up(other, optimizer) is None


def test_the_layout_is_learnt_from_labels_alone(batch):
    head = LayoutHead(len(kinds()))
    exact = torch.nn.functional.one_hot(batch.labels[:, 0], len(kinds())).permute(0, 3, 1, 2)
    optimizer = torch.optim.AdamW(head.parameters(), lr=0.05)
    losses = [
        descend(optimizer, head.loss(exact.float(), batch.labels, torch.ones(2)), head.parameters())
        for _ in range(30)
    ]
    assert losses[-1] < 0.6 * losses[0]


def test_scenes_are_asked_for_in_full():
    scenes = [sample_scene(k) for k in range(4)]
    present, colour, position, count, sky, ground = clip_training.SceneHead().targets(scenes)
    for row, scene in enumerate(scenes):
        assert present[row].sum() == len({thing.noun for thing in scene.things})
        assert (position[row] != clip_training.UNKNOWN).sum() == present[row].sum()
        assert (count[row] != clip_training.UNKNOWN).sum() == present[row].sum()
        coloured = {thing.noun for thing in scene.things if thing.colour}
        assert (colour[row] != clip_training.UNKNOWN).sum() == len(coloured)
    assert sky.shape == ground.shape == (4,)


def test_the_segmenter_answers_every_phrase_of_every_picture(tokenizer):
    model = new_segmenter(len(tokenizer), tokenizer.eos_token_id)
    pixels = torch.zeros(2, 3, 256, 256)
    assert find(model, tokenizer, pixels, ["sky", "house"] * 2).shape == (4, 256, 256)
