// A Plan from Python: every row of a table by its name, every number checked.
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <cmath>
#include <limits>

#include "binding.h"

namespace chainrule {

namespace {

using Four = std::tuple<uint64_t, uint64_t, uint64_t, uint64_t>;

// In the order of the enumerations of plan.h.
constexpr std::array ACTIVATIONS{"identity", "sigmoid",  "tanh", "relu", "leaky_relu", "elu",
                                 "softplus", "silu", "gelu", "gelu_tanh", "exp", "softmax"};
constexpr std::array LOSSES{"half_squared", "squared", "absolute", "huber",
                            "binary_cross_entropy", "softmax_cross_entropy", "poisson", "hinge"};
constexpr std::array OPTIMIZERS{"sgd", "momentum", "nesterov", "adagrad",
                                "rmsprop", "adam", "adamw"};
constexpr std::array BIASES{"none", "unit", "shared"};

[[noreturn]] void refuse(const std::string& needs, const std::string& got) {
    throw Refusal{"Plan", needs, got, "engine.native.plan_of makes one of a Spec and a Training."};
}

template <class E, size_t N>
E named(const std::array<const char*, N>& names, const char* kind, const std::string& name) {
    for (size_t i = 0; i < N; i++)
        if (name == names[i]) return static_cast<E>(i);
    refuse(std::string("the name of a known ") + kind, name);
}

Stream stream_of(const Four& s) {
    return {std::get<0>(s), std::get<1>(s), std::get<2>(s), std::get<3>(s)};
}

// Sizes are multiplied later on: what would not fit is refused here.
int64_t whole(const char* what, int64_t value, int64_t least = 1) {
    if (value < least || value > (int64_t{1} << 40)) refuse(what, std::to_string(value));
    return value;
}

double number(const char* what, double value, double least = 0) {
    if (!(value >= least)) refuse(what, std::to_string(value));
    return value;
}

// units, activation, bias, W moves, b moves, drop_probability, its stream
using LayerOf = std::tuple<int64_t, std::string, std::string, bool, bool, double, Four>;

void add_layer(Plan& plan, int64_t fan_in, const LayerOf& given) {
    const auto& [units, activation, bias, W_moves, b_moves, drops, stream] = given;
    Layer layer{};
    layer.fan_in = fan_in, layer.units = whole("units from 1 up", units);
    layer.activation = named<Activation>(ACTIVATIONS, "activation", activation);
    layer.bias = named<Bias>(BIASES, "bias", bias);
    layer.W_moves = W_moves, layer.b_moves = b_moves;
    layer.drop_probability = number("a drop_probability from 0 up to 1", drops);
    if (drops >= 1) refuse("a drop_probability below 1", std::to_string(drops));
    layer.drops = stream_of(stream);
    layer.W = plan.parameters;
    if (units > (int64_t{1} << 44) / fan_in) refuse("a network that fits into memory", "more");
    layer.b = layer.W + fan_in * units;
    plan.parameters = whole("a network that fits into memory", layer.b + layer.biases());
    plan.layers.push_back(layer);
}

void check_last(const Plan& plan) {
    for (size_t l = 0; l + 1 < plan.layers.size(); l++)
        if (plan.layers[l].activation >= Activation::exp)
            refuse("hidden layers with activations for hidden layers", "another");
    if (plan.layers.back().drop_probability > 0) refuse("dropout in hidden layers", "the last");
    const Activation last = plan.layers.back().activation;
    const bool fits = plan.loss == Loss::binary_cross_entropy ? last == Activation::sigmoid
                      : plan.loss == Loss::softmax_cross_entropy ? last == Activation::softmax
                      : plan.loss == Loss::poisson ? last == Activation::exp
                      : plan.loss == Loss::hinge ? last == Activation::identity
                                                 : true;
    if (!fits) refuse("the last activation that the loss contains", "another");
}

// `of`'s entry of that name, as a T.
template <class T>
T get(const nb::dict& of, const char* name) {
    if (!of.contains(name)) refuse(name, "none");
    nb::object given = of[name];
    T value{};
    if (!nb::try_cast(given, value))
        refuse(std::string(name) + " of another type", nb::repr(given).c_str());
    return value;
}

}  // namespace

Activation activation_named(const std::string& name) {
    return named<Activation>(ACTIVATIONS, "activation", name);
}

// `of` holds what Plan holds, under the same names.
Plan plan_of(int64_t inputs, const nb::dict& of) {
    Plan plan{};
    int64_t fan_in = whole("inputs from 1 up", inputs);
    for (const auto& layer : get<std::vector<LayerOf>>(of, "layers")) {
        add_layer(plan, fan_in, layer);
        fan_in = plan.layers.back().units;
    }
    if (plan.layers.empty()) refuse("at least one layer", "none");
    plan.loss = named<Loss>(LOSSES, "loss", get<std::string>(of, "loss"));
    plan.loss_setting = number("a loss_setting from 0 up", get<double>(of, "loss_setting"));
    plan.loss_on_z = plan.loss >= Loss::binary_cross_entropy;
    plan.labels = plan.loss == Loss::softmax_cross_entropy;
    plan.batch_mean = get<bool>(of, "batch_mean");
    plan.outputs_mean = get<bool>(of, "outputs_mean");
    plan.penalty_over_batch = get<bool>(of, "penalty_over_batch");
    plan.optimizer =
        named<Optimizer>(OPTIMIZERS, "optimizer", get<std::string>(of, "optimizer"));
    plan.beta1 = number("beta1 from 0 up", get<double>(of, "beta1"));
    plan.beta2 = number("beta2 from 0 up", get<double>(of, "beta2"));
    plan.eps = number("eps from 0 up", get<double>(of, "eps"));
    plan.optimizer_decay = number("a decay from 0 up", get<double>(of, "optimizer_decay"));
    plan.l1 = number("l1 from 0 up", get<double>(of, "l1"));
    plan.l2 = number("l2 from 0 up", get<double>(of, "l2"));
    plan.decay = number("decay from 0 up", get<double>(of, "decay"));
    plan.clip_norm = number("clip_norm from 0 up", get<double>(of, "clip_norm"));
    plan.batch_size = get<int64_t>(of, "batch_size");
    if (plan.batch_size < 1) refuse("a batch_size from 1 up", std::to_string(plan.batch_size));
    plan.rows = whole("rows from 1 up", get<int64_t>(of, "rows"));
    plan.shuffle = get<bool>(of, "shuffle");
    plan.order = stream_of(get<Four>(of, "order"));
    check_last(plan);
    return plan;
}

}  // namespace chainrule
