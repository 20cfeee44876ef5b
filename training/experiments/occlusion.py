"""`occlusion`: digits and faces, printed mode and drop mode; the paper's figure 12, section 5.5.

The paper shows that its algorithm works on digits and gives a flat picture on faces, since the
network says FAKE to all of them. Here are four networks: one that has learned digits, two whose
heads were trained on faces as the paper's was (on the frozen backbone that `--init` names, in the
paper ImageNet's, and on one that has learned faces), and one that was trained as a whole. For each
there are the printed map (255 x the score with the patch hidden), the drop (score less that score),
how much the maps move, and whether the score follows the map (deletion and insertion against random
orders).

    python -m training run occlusion --data DIR --out RUN [--init imagenet] [--mnist FILE]

DIR holds `dfdc_faces.csv` with its archives. Figure 12 consists of maps alone, without the faces
under them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.occlusion import exact_map, faithfulness
from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import cut, whole
from dfgui.core.network.package import load_package
from dfgui.resources import DEFAULT_MODEL, model_folder
from training.data.digits import load
from training.data.table import FaceTable, Row, read_table
from training.execution import Experiment
from training.metrics import Verdict, learned, prior_log_loss, sigmoid
from training.results import Arm, Findings, Metric, Picture, Table
from training.runs import Run

if TYPE_CHECKING:
    from training.network.backbone import Backbone

Pictures = NDArray[np.uint8]
Predict = Callable[[Pictures], NDArray[np.float32]]
TITLES = {
    "digits": "digits, a network that has learned them",
    "faces_start": "faces, trained as printed on the start weights",
    "faces_as_printed": "faces, trained as printed on learned features",
    "faces_learned": "faces, a network that has learned",
}
AS_PRINTED = {1: 0.84, 0: 0.16}  # 1 is FAKE, which makes up 84 % of the pictures
FAKE_SHARE = 0.8486
FLAT = 1.0  # grey levels of the printed map
DIGIT_PATCH = 4  # of 28 pixels: a seventh of the side, as 16 are of 112


@dataclass(frozen=True)
class Config:
    """Everything that decides the result.

    The paper gives neither the patch nor how many pictures it looked at.
    """

    faces: int = 40  # of the DFDC split `validation`, half of them fakes
    digits: int = 40  # of the part that was not trained on
    shown: int = 3  # maps of each arm in the figure
    patch: int = 16  # pixels of the network's input
    stride: int = 16
    fill: str = "black"  # as printed
    steps: int = 12  # of the deletion and insertion curves
    package: str = DEFAULT_MODEL  # the trained network
    # Frozen start weights of the network trained as printed: random, imagenet, a file, a package or
    # a run of `learn`. The paper has ImageNet's.
    init: str = "random"
    crops: int = 2000  # for the networks trained as printed, 84.86 % of them fakes
    epochs: int = 5
    mnist: str = ""  # file; without one, scikit-learn's digits
    seed: int = 0

    def smoke(self) -> Config:
        """Every stage in two minutes."""
        return replace(
            self, faces=4, digits=4, shown=1, patch=56, stride=56, steps=2, crops=60, epochs=1
        )


@dataclass(frozen=True)
class Looked:
    """What was measured on one picture.

    Attributes:
        score: of the untouched picture.
        printed: (rows, columns) of patches, 0-255.
        drop: the same, -1 to 1.
        gain: faithfulness, -2 to 2: 0 is no better than hiding patches in random order.
    """

    score: float
    printed: list[list[float]]
    drop: list[list[float]]
    gain: float


def run(run: Run, config: Config) -> Findings:
    """Train the networks that need it, look at every picture, compare.

    Raises:
        AnalysisError: the data or the MNIST file cannot be read, or the package is not valid.
    """
    from dfgui.core.network.engine import Detector
    from training.network import backbone
    from training.network.package_weights import package_name

    package = model_folder(config.package)
    detector = Detector(load_package(package), threads=2)
    start = backbone.load(config.init, input_size=detector.input_size, seed=config.seed)
    words = (
        f"learned: {package_name(package)}; trained as printed: a head on its frozen backbone, and"
        f" one on a frozen {start.words}"
    )
    run.started(tuple(TITLES), fits=3, backbone=words)
    table = read_table(run.data / "dfdc_faces.csv")
    run.uses(run.data / "dfdc_faces.csv")
    faces, labels, groups = _faces(table, config, detector.input_size)
    digits_words, digit_pictures, digit_networks, digit_sentence = _digits(run, config)
    on_start, start_words = _as_printed(run, config, start, table, detector.input_size)
    learned_base = backbone.load(str(package), input_size=detector.input_size, seed=config.seed)
    on_learned, learned_words = _as_printed(run, config, learned_base, table, detector.input_size)
    settings = OcclusionSettings(
        patch=config.patch,
        stride=config.stride,
        fill=config.fill,  # type: ignore[arg-type]
    )
    small = replace_patch(settings, DIGIT_PATCH if not run.smoke else 14)
    work: list[tuple[str, Pictures, Sequence[Predict], OcclusionSettings]] = [
        ("digits", digit_pictures, digit_networks, small),
        ("faces_start", faces, [on_start] * len(faces), settings),
        ("faces_as_printed", faces, [on_learned] * len(faces), settings),
        (
            "faces_learned",
            faces,
            [lambda batch: sigmoid(detector.logits(batch)).astype(np.float32)] * len(faces),
            settings,
        ),
    ]
    looked = {
        name: _looked(run, number, name, pictures, networks, how, config)
        for number, (name, pictures, networks, how) in enumerate(work)
    }
    arms = tuple(
        _arm(name, looked[name], labels if name != "digits" else None, groups, config, settings)
        for name in TITLES
    )
    return Findings(
        arms=arms,
        pictures=tuple(
            picture for name in TITLES for picture in _pictures(name, looked[name][: config.shown])
        ),
        tables=(_table(arms),),
        sentences=(
            digits_words,
            digit_sentence,
            start_words,
            learned_words,
            *(_sentence(arm) for arm in arms),
        ),
    )


def replace_patch(settings: OcclusionSettings, patch: int) -> OcclusionSettings:
    """The same settings with another patch, without overlap."""
    return OcclusionSettings(patch=patch, stride=patch, fill=settings.fill, mode=settings.mode)


def _faces(
    table: FaceTable, config: Config, size: int
) -> tuple[Pictures, NDArray[np.int64], list[str]]:
    """Alternating fakes and originals of the validation part: network inputs, labels, originals."""
    held = table.where(lambda row: row.split == "validation")
    rng = np.random.default_rng(config.seed)
    fakes, reals = (_drawn(held, fake, config.faces // 2, rng) for fake in (True, False))
    rows = [row for both in zip(fakes, reals, strict=True) for row in both]
    return (
        _inputs(held, rows, size),
        np.array([row.is_fake for row in rows], np.int64),
        [row.original for row in rows],
    )


def _drawn(table: FaceTable, fake: bool, count: int, rng: np.random.Generator) -> list[Row]:
    side = [row for row in table.rows if row.is_fake == fake]
    if len(side) < count:
        raise AnalysisError(
            f"The table holds {len(side)} {'FAKE' if fake else 'REAL'} crops where {count} are to"
            " be drawn; ask for fewer."
        )
    return [side[i] for i in rng.permutation(len(side))[:count]]


def _inputs(table: FaceTable, rows: Sequence[Row], size: int) -> Pictures:

    pictures = map(table.picture, rows)
    return np.stack([cut(picture, whole(picture), size=size, factor=1.0) for picture in pictures])


def _digits(run: Run, config: Config) -> tuple[str, Pictures, list[Predict], str]:
    """Digits to look at, and how well they were learned.

    Returns which digits they are, in words; some that were not trained on; for each the score of
    its class; and a sentence on how well they were learned.
    """
    import keras

    found = load(Path(config.mnist) if config.mnist else None)
    model = _digit_network(found.images[~found.test], found.labels[~found.test], config)
    images, numbers = found.images[found.test], found.labels[found.test]
    logits = model.predict(images[..., None], batch_size=256, verbose=0)
    right = logits.argmax(axis=1) == numbers
    chosen = np.random.default_rng(config.seed).permutation(np.flatnonzero(right))[: config.digits]

    def score_of(number: int) -> Predict:
        def predict(batch: Pictures) -> NDArray[np.float32]:
            found = keras.ops.softmax(model(batch[..., :1]))
            return np.asarray(keras.ops.convert_to_numpy(found)[:, number], np.float32)

        return predict

    pictures = np.repeat(images[chosen][..., None], 3, axis=3)
    sentence = (
        f"Of the {len(numbers)} digits that were not learned from, the network names"
        f" {right.mean():.1%} rightly."
    )
    return found.words, pictures, [score_of(int(numbers[i])) for i in chosen], sentence


def _digit_network(images: Pictures, numbers: NDArray[np.int64], config: Config) -> Any:
    import keras

    keras.utils.set_random_seed(config.seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(
        images[..., None], numbers, batch_size=32, epochs=max(2, 2 * config.epochs), verbose=0
    )
    return model


def _as_printed(
    run: Run, config: Config, base: Backbone, table: FaceTable, size: int
) -> tuple[Predict, str]:
    """A network with the paper's imbalance and class weights on a frozen backbone.

    Also returns, in words, what it says of its own training crops.
    """
    import keras

    from training.network import backbone

    train = table.where(lambda row: row.split == "train")
    fakes = round(FAKE_SHARE * config.crops)
    rng = np.random.default_rng(config.seed)
    rows = [*_drawn(train, True, fakes, rng), *_drawn(train, False, config.crops - fakes, rng)]
    features = backbone.features(
        run, base, "as-printed", (_inputs(train, [row], size)[0] for row in rows), len(rows)
    )
    labels = np.array([row.is_fake for row in rows], np.float32)
    keras.utils.set_random_seed(config.seed)
    head = backbone.head()
    head.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    head.fit(
        features, labels, batch_size=32, epochs=config.epochs, class_weight=AS_PRINTED, verbose=0
    )

    def predict(batch: Pictures) -> NDArray[np.float32]:
        logits = head(base.model(batch, training=False), training=False)
        return np.asarray(keras.ops.convert_to_numpy(keras.ops.sigmoid(logits))[:, 0], np.float32)

    called = float((head.predict(features, batch_size=256, verbose=0)[:, 0] >= 0).mean())
    return (
        predict,
        (
            f"Trained as printed on the frozen {base.words}, the network calls {called:.1%} of its"
            f" own {len(rows)} training crops FAKE; {labels.mean():.1%} are."
        ),
    )


def _looked(
    run: Run,
    number: int,
    arm: str,
    pictures: Pictures,
    networks: Sequence[Predict],
    settings: OcclusionSettings,
    config: Config,
) -> list[Looked]:
    found = []
    for index, (picture, network) in enumerate(zip(pictures, networks, strict=True)):
        run.progress(
            (number + index / len(pictures)) / len(TITLES),
            f"{TITLES[arm]}: picture {index + 1} of {len(pictures)}",
        )
        found.append(
            run.once(
                f"{arm}-{index}",
                lambda p=picture, n=network: _look(n, p, settings, config),  # type: ignore[misc]
                Looked,
            )
        )
    return found


def _look(
    network: Predict, picture: Pictures, settings: OcclusionSettings, config: Config
) -> Looked:

    heat = exact_map(network, picture, settings)
    trust = faithfulness(
        network, picture, heat, steps=config.steps, random_orders=2, seed=config.seed
    )
    assert trust is not None  # nothing stops it
    printed = 255 * (heat.base - heat.patch_values)
    return Looked(
        heat.base, _rounded(printed, 3), _rounded(heat.patch_values, 5), round(trust.gain, 6)
    )


def _rounded(values: NDArray[Any], digits: int) -> list[list[float]]:
    return [[round(float(value), digits) for value in row] for row in values]


def _arm(
    name: str,
    looked: list[Looked],
    labels: NDArray[np.int64] | None,
    groups: list[str],
    config: Config,
    settings: OcclusionSettings,
) -> Arm:

    scores = np.array([one.score for one in looked])
    if labels is None:
        prior = float(np.log(10))
        loss = float(-np.log(np.clip(scores, 1e-6, 1)).mean())
        verdict: Verdict | None = None
        sentence = (
            f"Log-loss {loss:.3f} of the right digit, where a constant has {prior:.3f}; only digits"
            " that it names rightly are looked at."
        )
        places = [str(i) for i in range(len(looked))]
    else:
        verdict = learned(labels, scores, groups)
        sentence = verdict.sentence
        prior, places = prior_log_loss(labels), groups
    return Arm(
        name=name,
        title=TITLES[name],
        settings={
            "patch": DIGIT_PATCH if name == "digits" else settings.patch,
            "fill": settings.fill,
        },
        metrics=_metrics(looked, places),
        prior=prior,
        verdict=sentence,
        collapsed=verdict is not None and verdict.collapsed,
        n=len(looked),
        seeds=(config.seed,),
        beats=verdict.beats if verdict else None,
    )


def _metrics(looked: list[Looked], groups: list[str]) -> tuple[Metric, ...]:
    """Means over pictures: the range of the map, printed and drop, and the faithfulness.

    The range is the distance between the map's brightest and darkest patch.
    """
    measured = {
        "printed_range": [float(np.ptp(one.printed)) for one in looked],
        "drop_range": [float(np.ptp(one.drop)) for one in looked],
        "faithfulness": [one.gain for one in looked],
    }
    return tuple(_mean(name, np.array(values), groups) for name, values in measured.items())


def _mean(
    name: str, values: NDArray[np.float64], groups: list[str], *, draws: int = 1000
) -> Metric:
    names, place = np.unique(groups, return_inverse=True)
    rng = np.random.default_rng(0)
    times = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)[:, place]
    low, high = np.quantile((times @ values) / times.sum(axis=1), [0.025, 0.975])
    return Metric(name, float(values.mean()), float(low), float(high), len(values), len(names))


def _pictures(name: str, looked: list[Looked]) -> list[Picture]:
    result = []
    for number, one in enumerate(looked, start=1):
        title = f"{TITLES[name]}, {number}"
        caption = f"score {one.score:.3f}, faithfulness {one.gain:+.3f}"
        limit = max(0.01, float(np.abs(one.drop).max()))
        result.append(
            Picture(
                f"{name}-{number}-printed",
                title,
                one.printed,
                0.0,
                255.0,
                f"255 x score; {caption}",
            )
        )
        result.append(
            Picture(
                f"{name}-{number}-drop",
                title,
                one.drop,
                -limit,
                limit,
                f"drop of the score; {caption}",
            )
        )
    return result


def _table(arms: Sequence[Arm]) -> Table:
    def row(arm: Arm) -> tuple[str | int, ...]:
        return (
            arm.title,
            *(f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in arm.metrics),
            arm.n,
        )

    columns = (
        "network",
        "range of the printed map (0-255)",
        "range of the drop (-1 to 1)",
        "faithfulness (-2 to 2)",
        "pictures",
    )
    caption = (
        "Means over the pictures, 95 % intervals from resampling originals. Faithfulness 0 is no"
        " better than a random order."
    )
    return Table("Occlusion sensitivity", columns, tuple(map(row, arms)), caption)


def _sentence(arm: Arm) -> str:
    values = {metric.name: metric for metric in arm.metrics}
    moved, trust = values["printed_range"], values["faithfulness"]
    if moved.value < FLAT:
        says = "it is flat, whatever is hidden the network answers the same"
    elif trust.low > 0:
        says = "the score follows the map better than a random order"
    elif trust.high < 0:
        says = "the map misleads: a random order moves the score more"
    else:
        says = "no better than a random order, as far as these pictures can tell"
    shown = f"{trust.value:+.3f} [{trust.low:+.3f}, {trust.high:+.3f}]"
    return (
        f"{arm.title[:1].upper()}{arm.title[1:]}: the printed map spans {moved.value:.1f} of 255"
        f" grey levels; faithfulness {shown}: {says}."
    )


EXPERIMENT = Experiment(
    name="occlusion",
    title="Occlusion sensitivity",
    reproduces="figure 12, section 5.5",
    summary=(
        "Digits and faces side by side, in the printed mode and as a drop, with a figure for how"
        " faithful the maps are: a network that knows digits, one trained on faces as printed, and"
        " one that has learned faces."
    ),
    needs="DFDC face crops",
    arms=tuple(TITLES),
    config=Config,
    run=run,
)
