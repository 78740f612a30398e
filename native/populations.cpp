// Many networks of one plan at once, from Python.
#include "arguments.h"
#include "binding.h"

namespace chainrule {

namespace {

static_assert(sizeof(Stream) == 4 * sizeof(uint64_t));  // as Python hands it over: (..., 4)

const Stream* streams(const std::optional<Array<uint64_t>>& array) {
    return array ? reinterpret_cast<const Stream*>(array->data()) : nullptr;
}

bool drops_any(const Plan& plan) {
    bool any = false;
    for (const Layer& layer : plan.layers) any |= layer.drop_probability > 0;
    return any;
}

template <class T>
int64_t train_many_of(const Plan& plan, nb::handle theta, nb::handle m, nb::handle v, nb::handle x,
                      nb::handle answers, nb::handle counts, nb::handle rates, nb::handle orders,
                      nb::handle drops, int64_t first, nb::handle factors, nb::handle stop,
                      int threads) {
    const char* called = "train_many";
    Array<T> numbers(called, "theta", theta, {ANY, plan.parameters}, true);
    const int64_t networks = numbers.size(0);
    const std::initializer_list<int64_t> shape{networks, plan.parameters};
    std::optional<Array<T>> ms, vs;
    if (plan.keeps_m()) ms.emplace(called, "m", m, shape, true);
    if (plan.keeps_v()) vs.emplace(called, "v", v, shape, true);
    Data<T> data(called, plan, x, answers, counts);
    const Rows<T> rows = data.to_learn(called);
    Array<double> rate(called, "learning_rates", rates, {networks});
    Array<double> factor(called, "factors", factors, {ANY});
    std::optional<Array<uint64_t>> order, drop;
    const auto layers = static_cast<int64_t>(plan.layers.size());
    if (plan.shuffle)
        order.emplace(called, "orders", orders, std::initializer_list<int64_t>{networks, 4});
    if (drops_any(plan))
        drop.emplace(called, "drops", drops, std::initializer_list<int64_t>{networks, layers, 4});
    if (first < 0 || networks < 1)
        throw Refusal{called, "first from 0 up and at least one network",
                      std::to_string(first) + " and " + std::to_string(networks),
                      "first is the number of steps made before."};
    Stop stopping{stop};
    const ManyCourse course{first, factor.size(0), factor.data(), Stop::asked, &stopping};
    const Numbers<T> all{numbers.data(), ms ? ms->data() : nullptr, vs ? vs->data() : nullptr};
    Pool pool(threads);
    int64_t made = 0;
    {
        nb::gil_scoped_release released;
        made = kernels<T>().train_many(plan, rows, networks, all,
                                       {rate.data(), streams(order), streams(drop)}, course, pool);
    }
    stopping.raise();
    return made;
}

template <class T>
void losses_many_of(const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                    nb::handle counts, nb::handle losses, int threads) {
    const char* called = "losses_many";
    Array<T> numbers(called, "theta", theta, {ANY, plan.parameters});
    Data<T> data(called, plan, x, answers, counts);
    const Rows<T> rows = data.to_learn(called);
    Array<double> to(called, "losses", losses, {numbers.size(0)}, true);
    Pool pool(threads);
    nb::gil_scoped_release released;
    kernels<T>().losses_many(plan, rows, numbers.size(0), numbers.data(), to.data(), pool);
}

}  // namespace

void add_many(nb::module_& m) {
    using nb::arg;
    m.def("train_many", [](const Plan& plan, nb::handle theta, nb::handle m, nb::handle v,
                           nb::handle x, nb::handle answers, nb::handle counts, nb::handle rates,
                           nb::handle orders, nb::handle drops, int64_t first, nb::handle factors,
                           nb::handle stop, int threads) {
        return BY_TYPE(train_many_of, theta, plan, theta, m, v, x, answers, counts, rates, orders,
                       drops, first, factors, stop, threads);
    }, arg("plan"), arg("theta").none(), arg("m").none(), arg("v").none(), arg("x").none(), arg("answers").none(),
       arg("counts").none(), arg("learning_rates").none(), arg("orders").none(), arg("drops").none(),
       arg("first"), arg("factors").none(), arg("stop"), arg("threads") = 1,
       "Steps first + 1, ..., one for each factor, of all networks. Returns how many were made.");
    m.def("losses_many", [](const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                            nb::handle counts, nb::handle losses, int threads) {
        BY_TYPE(losses_many_of, theta, plan, theta, x, answers, counts, losses, threads);
    }, arg("plan"), arg("theta").none(), arg("x").none(), arg("answers").none(), arg("counts").none(), arg("losses").none(),
       arg("threads") = 1, "The mean loss of a row, for each network.");
}

}  // namespace chainrule
