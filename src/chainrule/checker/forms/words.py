"""What learners call things. A new habit of naming is a new word in a table here."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[αβγδεηθλμ∇∂]+|\d+")


def tokens(name: str) -> list[str]:
    """tokens("dW1_out") == ["d", "w", "1", "out"]"""
    return list(_tokens(name))


@lru_cache(maxsize=4096)
def _tokens(name: str) -> tuple[str, ...]:
    return tuple(token.lower() for token in _TOKEN.findall(name))


def _set(text: str) -> set[str]:
    return set(text.split())


def has(name: str, words: set[str]) -> bool:
    return not words.isdisjoint(tokens(name)) or name.lower().strip("_") in words


# --------------------------------------------------------------------------------- arguments

X = _set(
    "x inputs input data features xs x_train xtrain train_x trainx input_data samples xi sample "
    "row rows in x_batch xb batch_x input_vector input_vec input_list inputs_list vector xx "
    "input_values training_inputs train_inputs x_i examples observation observations point x0 a0 "
    "input_array batch_inputs x_in train_data_x xvec x_data inp training_set_inputs l0 pixels "
    "images image input_layer inputdata inputs_array x_sample feature feature_vector input_batch "
    "training_input feats stimuli stimulus dataset_x"
)
Y = _set(
    "y t target targets label labels expected ys y_train ytrain train_y trainy y_true truth "
    "desired answers output_data y_batch yb batch_y expected_output expected_outputs "
    "target_vector answer targets_list target_list yi y_i outputs_true training_outputs "
    "train_outputs train_labels goal desired_output correct gold y_onehot onehot ytrue y_hot "
    "wanted true_y d_out batch_targets y_one_hot one_hot_y tgt gt y_vec yy training_set_outputs "
    "target_values true actual y_data batch_labels ground_truth y_target ideal training_targets "
    "target_output target_outputs true_labels labels_one_hot train_targets y_values "
    "expected_values y_enc desired_outputs should"
)
PAIRS = _set(
    "mini_batch minibatch training_data batch dataset train_data training_set examples_list data "
    "pairs train_set training_examples samples training"
)
PARAMETERS = _set(
    "params parameters weights theta w model p net network thetas nn_params wb layers param ws "
    "weights_list state param_values parameter weight nn ps wts weights_and_biases"
)
RATE = _set(
    "lr learning_rate eta alpha step_size learningrate rate l_rate stepsize learn_rate lrate "
    "lr_rate η α step_length step learning_speed gamma_lr a_rate lernrate speed epsilon_lr "
    "learnrate alpha_lr"
)
EPOCHS = _set(
    "epochs epoch n_epochs num_epochs iterations num_iterations iters n_iter max_iter steps "
    "n_steps num_iters n_iterations nepochs n_epoch max_iterations num_steps training_iterations "
    "max_epochs times repeat repeats niter nb_epochs nb_epoch number_of_training_iterations "
    "n_iters rounds epochs_count total_epochs maxiter training_steps number_of_epochs iteration "
    "num_epoch number_of_iterations passes cycles"
)
BATCH = _set("batch_size mini_batch_size bs minibatch_size batchsize batch_len size_batch nb_batch")
ROWS = _set("m n_samples num_samples n_examples num_examples batch_m nsamples number_of_samples")
ROWS_IN_ALL = _set(
    "n n_train n_total n_all n_data dataset_size data_set_size data_size num_train size_of_data "
    "training_size train_size total_samples n_dataset total_rows n_training len_data"
)
QUIET = _set(
    "verbose print_cost plot show print_every log_every display debug print_loss verbosity silent "
    "report_every print_interval draw log log_interval print_progress progress"
)
SHUFFLE = {"shuffle", "shuffled", "randomize"}
SEED = {"seed", "random_state", "random_seed", "rng", "rng_seed"}
PENALTY = _set(
    "lambda lambd lambda_ lmbda lam reg l2 reg_lambda regularization weight_decay l2_reg "
    "reg_strength lamda λ regularization_strength l2_lambda lambda_reg decay_weights wd penalty "
    "l2_penalty lambda_l2 regularisation regularization_rate reg_param reg_rate"
)
NUMBERS = {
    "momentum": 0.9, "mu": 0.9, "beta": 0.9, "beta1": 0.9, "beta_1": 0.9, "b1": 0.9,
    "beta2": 0.999, "beta_2": 0.999, "b2": 0.999, "epsilon": 1e-8, "eps": 1e-8, "keep_prob": 1.0,
    "rho": 0.9, "dropout": 0.0, "dropout_rate": 0.0, "drop_prob": 0.0, "decay": 0.0, "tol": 0.0,
    "threshold": 0.0, "t": 1, "tolerance": 0.0, "decay_rate": 0.0, "clip": 1e9, "l1": 0.0,
    "error_threshold": 0.0, "target_error": 0.0, "keep_probability": 1.0, "gamma": 0.9,
    "scale": 0.5,
    "lr_decay": 0.0, "leaky_slope": 0.01, "negative_slope": 0.01, "max_error": 0.0,
    "validation_split": 0.0, "val_split": 0.0, "patience": 1000, "std": 0.5, "weight_scale": 0.5,
}  # fmt: skip
_SETTINGS = PENALTY | _set("l1 beta momentum mu gamma eps epsilon rho beta_1 beta_2 nu")
TEXTS = {
    "activation": ("sigmoid", "tanh", "relu"),
    "activations": ("sigmoid",),
    "loss": ("mse", "cross_entropy", "mean_squared_error"),
    "optimizer": ("sgd", "gd"),
    "method": ("gd",),
    "initialization": ("he", "xavier", "random"),
}
OUTPUTS = _set(
    "al a_last output outputs out y_hat yhat y_pred ypred pred preds prediction predictions probs "
    "probabilities p prob a_out o logits_out y_out ŷ result final_outputs final_output "
    "network_output y_predicted predicted guess a3 a2 output_layer_activation proba y_prob o_out "
    "yh scores estimate answer_out softmax_out hypothesis h_theta actual_output forward_output "
    "output_activation"
)
LOSS = _set(
    "loss cost j error losses costs total_loss mse l e c obj objective total_cost data_loss "
    "current_loss batch_loss epoch_loss total_error ce nll err loss_value avg_loss mean_loss"
)
GRADIENTS = _set(
    "grads gradients grad gradient g derivatives dparams nabla gradient_list deltas dtheta dw "
    "weight_gradients gradient_dict d grads_dict gradients_dict updates"
)
CACHE = _set("cache caches memory forward_cache mem store activations values saved tape")
SIZES = _set(
    "layer_dims layers_dims layer_sizes sizes layers dims dimensions architecture topology "
    "structure nodes units layer_dimensions n_units shape layers_sizes arch layer_structure "
    "neurons network_structure layout n_nodes nn_architecture net_structure num_neurons "
    "layer_units layers_dimensions layer_size widths config topo node_counts neurons_per_layer "
    "spec"
)
HIDDEN_LIST = _set("hidden_layers hidden_sizes hidden_layer_sizes hidden_dims hidden_units")
IN_WORDS = _set(
    "in input inputs x features inodes ni nin visible dim_in fan_in ninputs n_x n_in d_in nx i "
    "inputnodes inputsize inputnode inneurons numinputs d n_features inp ins"
)
HIDDEN_WORDS = _set(
    "hidden h hid hnodes nh nhidden hiddennodes hidden1 n_h hiddensize hiddennode numhidden "
    "hiddens hn hiddenlayer mid middle"
)
OUT_WORDS = _set(
    "out output outputs y classes labels onodes no nout noutputs n_y n_out ny o outputnodes "
    "outputsize k c num_classes outputnode units targets numoutputs fan_out outs"
)

# ------------------------------------------------------------------------------- what functions do

FORWARD = _set(
    "forward feedforward feed propagate predict output query activate think infer fwd forwards "
    "hypothesis proba forwardprop forwardpass call compute prop run evaluate fprop"
)
BACKWARD = _set(
    "backward backprop backpropagate backpropagation gradient gradients grad grads bwd backwards "
    "back backpropagator backwardprop backpass bprop derivatives bp rückwärts"
)
UPDATE = _set(
    "update step apply optimize optimizer descent adjust sgd descend gd optimise upd adapt"
)
TRAIN = _set("train fit learn training partial_fit optimise epoch trainer teach nn")
LOSSES = _set(
    "loss cost error mse cross entropy criterion objective nll bce crossentropy squared energy"
)
NOT_ENTRY = _set(
    "numerical numeric numerically check checking checker approx accuracy plot score split load "
    "normalize batches hot onehot main test tests show print display visualize save encode demo "
    "confusion prepare shuffle decision boundary dataset compare mnist finite get_data "
    "standardize generate report benchmark verify"
)
INNER = _set(
    "sigmoid relu tanh softmax linear activation derivative prime deriv neuron layer leaky act "
    "d_sigmoid dsigmoid swish elu"
)
START = _set(
    "init initialize initialise initial create make build setup new initialization random "
    "initializer start reset"
)

# ------------------------------------------------------------------------------------ parameters

_NOT_A_PARAMETER = _set(
    "d grad grads gradient gradients nabla delta deltas velocity velocities v m momentum "
    "momentums cache prev previous old change changes update updates acc last best sum mean var "
    "history rms error errors mask dw db s vw vb vd sd gw gb adjustment adjustments adam moment "
    "moments dropout init_scale derivative derivatives new"
)
_W = _set(
    "w wt wts weight weights theta thetas syn synapse synapses kernel coef coefs omega ws wgt "
    "wgts weightmatrix weightmatrices synaptic matrices gewichte"
)
_B = _set(
    "b bias biases intercept intercepts threshold thresholds bs offset biasvector biasvectors"
)
_MARK = (
    r"(?:d[LJEClC]_?d_?|dloss_?d?_?|dcost_?d?_?|d_|d|g_|g|grads?_?|gradients?_?(?:of_)?"
    r"|nabla_?|del_|delta_|deltas_|deriv(?:ative)?s?_?|D_|∂|∇|Δ|total_d_?|sum_d_?|acc_d_?|err_)"
)
_NAME = (
    r"(?:[Ww]|[Bb]|[Ww]eights?|[Bb]ias(?:es)?|[Tt]hetas?|syn|kernel|params?|omega|θ|hidden|output)"
)
_BEFORE = re.compile(rf"^_?{_MARK}({_NAME}.*)$")
_AFTER = re.compile(
    r"^(.*?)_?(?:grads?|gradients?|derivatives?|deriv|deltas?|_d|adjustments?)_?(\d*)$"
)


def parameter_role(name: str) -> str:
    """ "W", "b", or "" for a name that tells of neither."""
    found = tokens(name)
    if not _NOT_A_PARAMETER.isdisjoint(found):
        return ""
    for token in found:
        if token in _B or (token[0] == "b" and len(token) <= 3 and token not in ("by", "bp", "bn")):
            return "b"
    for token in found:
        if token in _W or (token[0] == "w" and len(token) <= 4 and token not in ("with", "wrt")):
            return "W"
    return ""


def of_gradient(name: str) -> str | None:
    """The parameter a gradient's name speaks of: of_gradient("dW1") == "W1"; None: no gradient."""
    before, after = _BEFORE.match(name), _AFTER.match(name)
    if before and parameter_role(before[1]):
        return before[1]
    if after and after[1]:
        left = after[1] + after[2]
        return left if parameter_role(left) else of_gradient(left)
    return None


def canonical(name: str) -> tuple[str, tuple[str, ...]]:
    """(role, the rest): weights_2 and W2 are the same; so are bias1 and b1."""
    role = parameter_role(name)
    rest = [t for t in tokens(name) if t not in _W | _B and t != "layer"]
    return role, tuple(rest)


_FILLERS = _set(
    "array arr list vector vec matrix train training batch mini values value np raw set "
    "current cur my the one this all"
)


ACTIVATIONS = _set(
    "sigmoid logistic tanh relu leaky leakyrelu linear identity softmax elu gelu swish sine "
    "softplus"
)


def is_(name: str, words: set[str]) -> bool:
    """The whole name, in any spelling, is one of the words."""
    plain = name.strip("_")
    if plain.lower() in words or "_".join(tokens(plain)) in words:
        return True
    bare = [token for token in tokens(plain) if token not in _FILLERS]
    return 0 < len(bare) < len(tokens(plain)) and "_".join(bare) in words


def is_setting(name: str) -> bool:
    """A number of a penalty or an optimiser: LAM, lambda_, beta2, self.momentum."""
    plain = name.lower().strip("_")
    return bool({plain, plain.rstrip("0123456789")} & _SETTINGS)


def natural(key: Any) -> tuple[Any, ...]:
    """A sorting key: W2 before W10."""
    return tuple((0, int(t), "") if t.isdigit() else (1, 0, t) for t in tokens(str(key)))
