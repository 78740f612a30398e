"""The generated programs are what their labels say: executed, and measured against their own loss.

The checker itself plays no part here.
"""

import warnings

import numpy as np
import pytest

from tests.checker import generator
from tests.checker.generator.hands import flat, slopes
from tests.checker.generator.pairing import pair_of
from tests.checker.generator.plan import LAYOUTS, SETTINGS, NotApplicable, Plan
from tests.checker.generator.right import draw
from tests.checker.generator.run import RATE, Running, apart

RIGHT, WRONG = 1e-6, 1e-5  # relative difference of a tensor from central differences

GRADIENT = (  # rows whose gradient is not that of their own loss
    *(1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 14, 15, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30),
    *(31, 32, 33, 34, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 56),
    *(59, 60, 61, 62, 65, 73, 77, 79),
)
STEP = (64, 66, 67, 68, 69, 70)  # rows whose gradient is right and whose step is not
EITHER = (55, 58)  # the gradient, or the step
RULES = (71, 72)
OTHER = (6, 8, 16, 17, 19, 35, 54, 57, 63, 74, 75, 76, 80, 82, 83, 84, 85, 86, 87, 88, 89, 90)

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def every(*rows):
    """(row, setting, layout, variant) of every program of these rows."""
    return [
        (row, setting, layout, variant)
        for row in rows
        for variant in generator.variants(row) or (None,)
        for setting in SETTINGS
        for layout in LAYOUTS
        if not generator.why_not(row, setting, layout, variant)
    ]


def running(row, setting, layout, variant=None, **more):
    return Running(generator.plan_with(row, setting, layout, variant), **more)


def off(run):
    """How far the gradient is from that of the program's own loss."""
    return apart(run.gradients(), run.slopes())


def step_off(run):
    """How far a plain step is from -eta times the program's own gradient."""
    g = run.gradients()
    after, _ = run.trained(1)
    return apart(
        {key: run.params[key] - after[key] for key in after},
        {key: RATE * np.asarray(g[key]) for key in after},
    )


def started(run, spread):
    return {key: spread * value / 0.6 for key, value in run.params.items()}


# ------------------------------------------------------------------ the whole


def test_every_row_is_tested_and_at_least_sixty_can_be_made():
    tested = {*GRADIENT, *STEP, *EITHER, *RULES, *OTHER}
    assert tested == set(generator.rows())
    assert len(tested) >= 60


def test_there_are_sixteen_settings_and_three_layouts():
    assert len(generator.settings()) == 16
    assert len(generator.layouts()) == 3


def test_a_program_or_a_reason():
    for row in range(1, 91):
        for setting in SETTINGS:
            for layout in LAYOUTS:
                made = generator.programs_with(row, setting, layout)
                assert (made is None) == bool(generator.why_not(row, setting, layout))


def test_every_row_has_a_program_in_some_setting():
    made = {row for row, *_ in every(*generator.rows())}
    assert made == set(generator.rows())


def test_programs_say_nothing_of_the_mistake():
    for case in every(*generator.rows()):
        text = generator.programs_with(*case).lower()
        assert not any(word in text for word in ("wrong", "mistake", "bug", "should", "oops"))


def test_the_same_call_gives_the_same_program():
    case = every(32)[5]
    assert generator.programs_with(*case) == generator.programs_with(*case)


def test_aliases_are_mutual():
    for row, others in generator.aliases.items():
        assert all(row in generator.aliases[other] for other in others)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_a_mistake_the_gradient_and_the_step_are_right(layout, battery):
    for setting in battery(SETTINGS):
        for habits in ({}, {"bias": "inside"}, {"l2": True}, {"dropout": True, "slope": "helper"}):
            plan = Plan(setting, layout, "right")
            plan.demand(**habits)
            run = Running(plan)
            assert off(run) < RIGHT
            assert "dropout" in habits or step_off(run) < RIGHT


# ------------------------------------------------------------------ gradients and steps


def test_wrong_gradients_are_wrong(battery):
    for row in GRADIENT:
        for case in battery(every(row)):
            run = running(*case)
            if case[0] == 79 and case[1].squared:
                assert run.loss() == 0
            assert off(run) > WRONG, case


def test_wrong_steps_are_wrong_and_their_gradients_right(battery):
    for row in STEP:
        for case in battery(every(row)):
            run = running(*case)
            assert off(run) < RIGHT, case
            assert step_off(run) > WRONG, case


def test_a_layer_or_the_biases_never_move(battery):
    for row in EITHER:
        for case in battery(every(row)):
            run = running(*case)
            after, _ = run.trained(2)
            still = {key for key in after if np.array_equal(after[key], run.params[key])}
            assert still, case
            assert (off(run) < RIGHT) == (step_off(run) > WRONG), case


def momentum_path(run, epochs, kind):
    """The weights by the right rule in one of its two conventions, with the program's gradient."""
    params = {key: value.copy() for key, value in run.params.items()}
    v = {key: np.zeros_like(value) for key, value in params.items()}
    for _ in range(epochs):
        g = run.gradients(params)
        for key in params:
            v[key] = 0.9 * v[key] + (1.0 if kind == "plain" else 0.1) * g[key]
            params[key] = params[key] - RATE * v[key]
    return params


def adam_path(run, epochs):
    params = {key: value.copy() for key, value in run.params.items()}
    m = {key: np.zeros_like(value) for key, value in params.items()}
    s = {key: np.zeros_like(value) for key, value in params.items()}
    for t in range(1, epochs + 1):
        g = run.gradients(params)
        for key in params:
            m[key] = 0.9 * m[key] + 0.1 * g[key]
            s[key] = 0.999 * s[key] + 0.001 * g[key] ** 2
            m_hat, s_hat = m[key] / (1 - 0.9**t), s[key] / (1 - 0.999**t)
            params[key] = params[key] - RATE * m_hat / (np.sqrt(s_hat) + 1e-8)
    return params


def moved(run, after):
    return {key: after[key] - run.params[key] for key in after}


def test_wrong_momentum_is_none_of_the_right_ones(battery):
    for case in battery(every(71)):
        run = running(*case)
        assert off(run) < RIGHT
        theirs = moved(run, run.trained(3)[0])
        for kind in ("plain", "average"):
            assert apart(theirs, moved(run, momentum_path(run, 3, kind))) > WRONG, case


def test_wrong_adam_is_not_adam(battery):
    for case in battery(every(72)):
        run = running(*case)
        assert off(run) < RIGHT
        theirs = moved(run, run.trained(3)[0])
        assert apart(theirs, moved(run, adam_path(run, 3))) > 1e-9, case


@pytest.mark.parametrize(("rule", "path"), [("momentum", momentum_path), ("adam", adam_path)])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_right_rules_are_right(rule, path, layout):
    for setting in SETTINGS[::3]:
        plan = Plan(setting, layout, rule)
        plan.demand(rule=rule)
        run = Running(plan)
        expected = path(run, 3, "plain") if rule == "momentum" else path(run, 3)
        assert apart(moved(run, run.trained(3)[0]), moved(run, expected)) < 1e-9


# ------------------------------------------------------------------ rows of another kind


def test_6_the_exponential_overflows_at_extremes_alone(battery):
    for case in battery(every(6)):
        run = running(*case)
        assert off(run) < RIGHT
        assert np.isnan(run.output(started(run, 900.0))).any(), case


def test_8_the_masks_do_not_average_to_one(battery):
    for case in battery(every(8)):
        run = running(*case)
        assert abs(np.mean(masks(run)) - 1) > 0.1, case
    plan = Plan(SETTINGS[0], "functions", 0)
    plan.demand(dropout=True, slope="helper")
    assert abs(np.mean(masks(Running(plan))) - 1) < 0.05


def masks(run):
    """Many draws of the dropout masks."""
    found = []
    params = run.fresh()
    for _ in range(200):
        if run.net is not None:
            run.net.forward(run.X)
            found += [mask.mean() for mask in run.net.masks]
        elif run.plan.columns:
            found += [m.mean() for m in run.space["forward_propagation"](run.X, params)[1][-2:]]
        else:
            found += [m.mean() for m in run.space["forward"](params, run.X)[1][-2:]]
    return found


def test_16_the_loss_is_not_the_cross_entropy(battery):
    for case in battery(every(16)):
        run = running(*case)
        a, y = run.output(), run.y
        right = -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / run.m
        assert abs(run.loss() - right) > 0.1
        assert (off(run) > WRONG) == (case[3] == "in the loss alone")


def test_17_the_loss_is_not_finite_where_the_output_saturates(battery):
    for case in battery(every(17)):
        run = running(*case)
        assert off(run) < RIGHT
        assert not np.isfinite(run.loss(started(run, 900.0))), case


def test_19_the_history_is_that_of_the_last_batch(battery):
    for case in battery(every(19)):
        assert not history_is_the_loss(running(*case)), case
    for layout in LAYOUTS:
        plan = Plan(SETTINGS[0], layout, 0)
        plan.demand(batches=True)
        assert history_is_the_loss(Running(plan))


def history_is_the_loss(run):
    """With a rate of nearly nothing, the history's first entry is the loss of all samples."""
    more = {} if run.net is not None else {"learning_rate": 1e-12}
    if run.net is not None:
        run.net.learning_rate = 1e-12
    _, history = run.trained(1, batch_size=3, **more)
    return len(history) == 1 and abs(history[0] - run.loss()) < 1e-8


def test_35_only_the_slope_at_zero_is_another(battery):
    for case in battery(every(35)):
        run = running(*case)
        assert off(run) < RIGHT
        slope = run.space[f"{run.plan.f}_derivative"]
        assert slope(np.zeros(1))[0] == 1


def test_46_the_gradient_has_a_unit_too_many(battery):
    for case in battery(every(46)):
        run = running(*case)
        assert run.gradients()["W1"].size > run.params["W1"].size


def test_54_the_second_gradient_is_the_sum(battery):
    for case in battery(every(54)):
        run = running(*case)
        first, second = run.gradients(), run.gradients()
        assert apart(first, run.slopes()) < RIGHT
        assert apart(second, {key: 2 * value for key, value in first.items()}) < 1e-9


def test_57_the_targets_are_written_over(battery):
    for case in battery(every(57)):
        run = running(*case)
        assert off(run) < RIGHT
        run.gradients()
        assert not np.array_equal(run.given_y, run.asked_y)


def test_63_a_layer_shares_one_bias(battery):
    for case in battery(every(63)):
        run = running(*case)
        found, truth = run.gradients(), run.slopes()
        assert all(truth[key].size == 1 for key in truth if key[0] == "b")
        found = {key: np.reshape(found[key], truth[key].shape) for key in truth}
        assert apart(found, truth) < RIGHT


def test_74_whole_numbers_stay_whole_or_refuse(battery):
    for case in battery(every(74)):
        run = running(*case)
        assert run.start["W1"].dtype.kind == "i"
        if case[3] == "refused":
            with pytest.raises(TypeError):
                run.trained(1, run.start)
        else:
            after, _ = run.trained(1, run.start)
            assert all(after[key].dtype.kind == "i" for key in after if key[0] == "W")


def batches_of(run, epochs=1):
    """What the loop hands to backward: [(X, y), ...] with samples as rows."""
    seen = []

    def note(X, y):
        seen.append((X.T, y.T) if run.plan.columns else (X, y))

    if run.net is not None:
        inner = run.net.train_step
        run.net.train_step = lambda X, y: (note(X, y), inner(X, y))
    else:
        function = run._function()

        def spy(*given):
            note(*(given[:2] if run.plan.columns else given[-2:]))
            return function(*given)

        run.space[function.__name__] = spy
    run.trained(epochs, batch_size=3)
    return seen


def rows_of(seen):
    return [tuple(x) for X, _ in seen for x in X]


def samples(run):
    X, y = (run.X.T, run.y.T) if run.plan.columns else (run.X, run.y)
    return {tuple(x): np.atleast_1d(t) for x, t in zip(X, y, strict=True)}


def test_75_rows_and_labels_part(battery):
    for case in battery(every(75)):
        run = running(*case)
        known = samples(run)
        seen = batches_of(run, 3)
        pairs = [(x, t) for X, y in seen for x, t in zip(X, y, strict=True)]
        assert any(not np.array_equal(known[tuple(x)], np.atleast_1d(t)) for x, t in pairs)


def test_76_the_test_set_is_seen(battery):
    for case in battery(every(76)):
        run = running(*case)
        X = run.rng.standard_normal((20, 6)) * 3 + 1
        axis = 1 if run.plan.columns else 0
        train, test = run.space["prepare"](X.T if run.plan.columns else X)
        both = test if case[3] == "its own" else np.concatenate([train, test], axis=axis)
        assert np.abs(both.mean(axis=axis)).max() < 1e-12


def test_77_the_columns_are_rolled(battery):
    for case in battery(every(77)):
        run = running(*case)
        found = run.space["one_hot"](np.arange(3), 3)
        expected = np.roll(np.eye(3), -1, axis=1)
        assert np.array_equal(found.T if run.plan.columns else found, expected)


def test_80_batches_overlap_or_leave_rows_out_or_are_divided_wrongly(battery):
    for case in battery(every(80)):
        run = running(*case)
        if case[3] == "divided by the wrong size":
            assert off(run) > WRONG
            continue
        rows = rows_of(batches_of(run))
        assert sorted(rows) != sorted(samples(run)), case


def test_82_to_85_the_start(battery):
    for row in (82, 83, 84, 85):
        for case in battery(every(row)):
            W = [value for key, value in running(*case).start.items() if key[0] == "W"]
            if row == 82:
                assert all(np.ptp(w) == 0 for w in W)
            elif row == 83:
                assert all(w.min() >= 0 and np.ptp(w) > 0 for w in W)
            elif row == 84:
                assert all(w.std() < 0.01 or w.std() > 10 for w in W)
            else:
                first = [w.ravel()[:5] / w.ravel()[0] for w in W]
                assert all(np.allclose(first[0], other) for other in first)


def test_86_one_step_an_epoch(battery):
    for case in battery(every(86)):
        assert len(batches_of(running(*case), epochs=2)) == 2


def test_87_the_gradient_check_is_off_and_the_gradient_right(battery):
    for case in battery(every(87)):
        run = running(*case)
        assert off(run) < RIGHT
        theirs = run.space["numerical_gradients"](run.fresh(), run.X, run.y)
        theirs = {key[1:]: value for key, value in theirs.items()}
        assert apart(theirs, run.slopes()) > RIGHT, case


def asked(run, name, *more, draw=0):
    """The answer of a program's own predict or accuracy."""
    params = run.fresh()
    np.random.seed(draw)  # noqa: NPY002  what a learner's dropout draws from
    if run.net is not None:
        return getattr(run.net, name)(run.X, *more)
    given = (run.X, *more, params) if run.plan.columns else (params, run.X, *more)
    return run.space[name](*given)


def test_88_predictions_are_not_one_for_each_sample(battery):
    for case in battery(every(88)):
        run = running(*case)
        assert np.shape(asked(run, "predict")) != (run.m,)


def test_89_the_accuracy_compares_all_with_all(battery):
    for case in battery(every(89)):
        run = running(*case)
        assert off(run) < RIGHT
        hits = (run.output() > 0.5) == run.y
        assert hits.shape == (run.m, run.m)
        assert asked(run, "accuracy", run.y) == hits.mean()


def test_90_two_predictions_differ(battery):
    for case in battery(every(90)):
        runs = [running(*case, seed=seed) for seed in range(1, 9)]
        assert any(
            len({asked(run, "predict", draw=n).tobytes() for n in range(20)}) > 1 for run in runs
        )


# ------------------------------------------------------------------ pairs


def test_both_of_a_pair_matter(seed):
    found = generator.pairs(seed, 30)
    assert all(len(pair.ids) == 2 for pair in found)
    assert len({pair.source for pair in found}) == 30
    for pair in found:
        assert not any(word in pair.source.lower() for word in ("wrong", "mistake", "bug"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((32, None), (33, None)),  # the same numbers
        ((25, None), (66, None)),  # they cancel out
        ((32, None), (29, None)),  # the same lines
    ],
)
def test_what_is_no_pair_is_left_out(first, second):
    setting = SETTINGS[8] if second[0] == 33 else SETTINGS[0]
    assert pair_of(first, second, setting, "functions", 1) is None


# ------------------------------------------------------------------ right programs


def test_right_programs_are_right(seed, request):
    size = request.config.getoption("--battery")
    for right in draw(seed, 400 if size is None else 10 * size):
        space = {"__name__": "learner"}
        exec(compile(right.source, "learner.py", "exec"), space)
        probe = right.probe(space, np.random.default_rng(seed))
        truth = slopes(probe)
        difference = np.abs(flat(probe.gradients()) - truth).max()
        assert difference < RIGHT * max(np.abs(truth).max(), 1e-3), right.description


def test_right_programs_are_many():
    found = generator.right_programs(1, 320)
    assert len({source for source, _ in found}) == 320
    styles = {words.split(";")[0] for _, words in found}
    bases = {tuple(words.split("; ")[:3:2]) for _, words in found}
    assert len(styles) >= 15
    assert len(bases) >= 25


def test_programs_run_on_their_own_data(battery):
    """Each file can be started as a script."""
    cases = [case for case in every(*generator.rows()) if case[0] not in (6, 17, 46, 74, 82, 84)]
    for case in battery(cases):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = generator.programs_with(*case)
            exec(compile(text, "learner.py", "exec"), {"__name__": "__main__", "print": len_of})


def len_of(*values):
    return len(values)


def test_a_row_that_is_not_made_says_why():
    with pytest.raises(NotApplicable, match="data"):
        generator.plan_with(78, SETTINGS[0], "functions")
