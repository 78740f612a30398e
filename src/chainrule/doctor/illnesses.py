"""The table of illnesses, in the order in which they are mended: causes stand above symptoms.

A criterion's figures are those of the functions beside it; they were set on runs whose seeds no
stated figure uses (benchmarks/doctor_report.py).
"""

from __future__ import annotations

from chainrule.doctor import signs_inside as inside
from chainrule.doctor import signs_of_data as of_data
from chainrule.doctor import signs_of_rate as of_rate
from chainrule.doctor import signs_of_settings as of_settings
from chainrule.doctor.table import Illness

CS231N = "CS231n, Neural Networks 3 (2015)"
KARPATHY = "A. Karpathy, A Recipe for Training Neural Networks (2019)"
DEEPCHECKER = "Ben Braiek & Khomh, TheDeepChecker (2022)"
AUTOTRAINER = "Zhang et al., AutoTrainer (2021)"
UMLAUT = "Schoop et al., UMLAUT (2021)"
GLOROT = "Glorot & Bengio (2010)"

_ROWS = (
    Illness(
        "constant_target", "nothing to learn",
        "deviation of the answers ≤ 0.001 of their size", DEEPCHECKER,
        "Is it the right column?",
        of_data.constant_target,
    ),
    Illness(
        "out_of_reach", "answers out of reach",
        "the loss of the answers moved into the last activation's range > 5 % of a constant's",
        "follows from the range of the activation",
        "Take identity as the last activation, or scale the answers into its range.",
        of_data.out_of_reach,
    ),
    Illness(
        "unscaled_inputs", "unscaled inputs",
        "a column's root mean square > 10, or all < 0.03, or two columns 100 times apart, or a "
        "mean > 10 deviations; and skill < 0.9", f"{UMLAUT}; {DEEPCHECKER}",
        "Standardise them: Data.from_arrays(..., standardise=True).",
        of_data.unscaled_inputs,
    ),
    Illness(
        "unscaled_answers", "unscaled answers",
        "the answers' root mean square > 10 or < 0.03, or their mean > 10 deviations; and "
        "skill < 0.9", DEEPCHECKER,
        "Subtract their mean and divide by their deviation; undo it after predicting.",
        of_data.unscaled_answers,
    ),
    Illness(
        "symmetric_start", "symmetric start",
        "more than half of a hidden layer's units have equal weights and equal gradients",
        f"{CS231N}; {DEEPCHECKER}",
        "Draw the starting weights at random: glorot_uniform, or he_normal for relu.",
        of_settings.symmetric_start,
    ),
    Illness(
        "loud_start", "loss wrong at the start",
        "cross-entropy at the start > 12 times that of equal probabilities; or > 3 times, and "
        "above it for a tenth of the run", f"{CS231N}; {KARPATHY}",
        "Start the last layer's weights smaller: glorot_uniform.",
        of_settings.loud_start,
    ),
    Illness(
        "exploding_gradients", "exploding gradients",
        "z of the last layer > 100 times the inputs at the start, or a gradient by z > 100 times "
        "the last layer's; and skill < 0.9", f"{DEEPCHECKER}; {GLOROT}",
        "Start smaller: glorot_uniform, or he_normal for relu; or take fewer layers.",
        inside.exploding_gradients,
    ),
    Illness(
        "rate_too_high", "learning rate too high",
        "in half of the looks a step raises the loss of its own rows, a tenth of it less, and the "
        "run does not recover; or the rate is > 100 times the one whose first step comes down "
        "furthest, or > 3 times and the loss above its start for half of the run; or the first "
        "step moves a layer by half of its weights, and the last by < 1 % of that; and skill < "
        "0.5, or < 0.9 with a loss above its start, or a loss that ends above twice its best",
        f"{CS231N}; {AUTOTRAINER}",
        "Start again with the rate whose first step comes down furthest.",
        of_rate.rate_too_high,
    ),
    Illness(
        "not_finite", "numbers that are not finite",
        "training met NaN or infinity", DEEPCHECKER,
        "Try a smaller learning rate, and standardise the inputs.",
        of_settings.not_finite,
    ),
    Illness(
        "saturated_units", "saturated units",
        "more than half of a layer's outputs within 1 % of a limit, and skill < 0.5; or more than "
        "80 % from the start", DEEPCHECKER,
        "Make the starting weights smaller, scale the inputs, or lower the learning rate.",
        inside.saturated_units,
    ),
    Illness(
        "dead_relus", "dead relus",
        "more than half of a layer's units give 0 for all rows: from the start, or with "
        "skill < 0.5", f"{DEEPCHECKER}; {AUTOTRAINER}",
        "Start with biases of 0 and he_normal weights, or lower the learning rate.",
        inside.dead_relus,
    ),
    Illness(
        "vanishing_gradients", "vanishing gradients",
        "mean |dW| of the first layer < 0.001 of the last layer's, in half of the looks; and "
        "skill < 0.5", f"{AUTOTRAINER}; {GLOROT}",
        "Take relu or tanh instead of sigmoid, he_normal or glorot_uniform, or fewer layers.",
        inside.vanishing_gradients,
    ),
    Illness(
        "penalty_too_strong", "penalty overwhelms the data",
        "the penalty's gradient ≥ the data's, the weights have halved; and skill < 0.9",
        DEEPCHECKER, "Try a hundredth of the penalty.",
        of_settings.penalty_too_strong,
    ),
    Illness(
        "rate_too_low", "learning rate too low",
        "no step moves a layer by more than 0.0003 of its weights, the run by no more than 0.3; "
        "ten times the step gains more than five times as much; or skill < 0.05 and the run moved "
        "by no more than 0.5, at < 1/40 of the rate whose first step comes down furthest; and "
        "skill < 0.9", CS231N,
        "Start again with the rate whose first step comes down furthest.",
        of_rate.rate_too_low,
    ),
    Illness(
        "label_imbalance", "classes out of balance",
        "normalised perplexity of the classes < 0.5, and a class's recall < 0.5", DEEPCHECKER,
        "Try --class-weight balanced, or collect more rows of the rare class.",
        of_data.label_imbalance,
    ),
    Illness(
        "linear_network", "a network that can't bend",
        "all hidden activations are identity; skill < 0.25, and the run has settled",
        "a product of matrices is a matrix",
        "Give the hidden layers tanh or relu.",
        inside.linear_network,
    ),
    Illness(
        "large_weights", "large weights",
        "the largest weight > 100 times the start's (at least 100); and skill < 0.5", AUTOTRAINER,
        "Lower the learning rate, or add a small --l2.",
        inside.large_weights,
    ),
    Illness(
        "swinging_loss", "swinging loss",
        "the loss turns at half of the points or more, by 10 % of a constant's loss; and "
        "skill < 0.9", AUTOTRAINER,
        "Try a smaller learning rate, or larger batches.",
        inside.swinging_loss,
    ),
    Illness(
        "unfinished", "stopped too early",
        "by the pace of its last half the loss would fall by another 8 % of a constant's in as "
        "many steps again, or with skill < 0.1 it falls without slowing down; or < 1,000 steps "
        "and skill < 0.05, or < 300 steps; and skill < 0.5, or < 0.9 with a target missed",
        "follows from the trend of the loss",
        "Train longer: chainrule resume RUN --steps N.",
        of_rate.unfinished,
    ),
    Illness(
        "constant_predictions", "constant predictions",
        "outputs spread < 5 % as far as the answers, and the run has settled", AUTOTRAINER,
        "Try another start, and scaled inputs.",
        inside.constant_predictions,
    ),
    Illness(
        "inputs_ignored", "inputs ignored",
        "with other rows' inputs the loss rises by < 0.02 + 2 parameters / rows (0.2 at most) of a "
        "constant's loss; skill < 0.25, and the run has settled",
        f"{KARPATHY}; {DEEPCHECKER}",
        "Do inputs and answers belong to the same rows? Do the inputs say anything about them?",
        inside.inputs_ignored,
    ),
    Illness(
        "stuck", "loss stands still",
        "the loss has moved by < 2 % of a constant's for half of the run; and skill < 0.05, or a "
        "target is missed with skill < 0.75", f"{AUTOTRAINER}; {DEEPCHECKER}",
        "Is it bad luck? chainrule doctor --why-stuck RUN trains 100 starts and tells.",
        inside.stuck,
    ),
    Illness(
        "overfitting", "overfitting",
        "the loss of rows kept out has risen by 10 % of a constant's since its best, and is 20 % "
        "above the training loss, which fell", f"{UMLAUT}; {AUTOTRAINER}",
        "Stop earlier (--patience 20), use more rows, fewer units, or a small --l2.",
        inside.overfitting,
    ),
)  # fmt: skip

ILLNESSES = {row.id: row for row in _ROWS}
