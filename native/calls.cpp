// The calls of the module: arguments are checked, the GIL is let go, a kernel runs.
#include "arguments.h"
#include "binding.h"

namespace chainrule {

namespace {

template <class T>
T* optional_data(std::optional<Array<T>>& array, const char* name, nb::handle given, bool kept,
                 int64_t size) {
    if (!kept) return nullptr;
    array.emplace("train", name, given, Shape{size}, true);
    return array->data();
}

template <class T>
int64_t train_of(const Plan& plan, nb::handle theta, nb::handle m, nb::handle v, nb::handle x,
                 nb::handle answers, nb::handle counts, int64_t first, nb::handle rates,
                 int64_t every, nb::handle losses, nb::handle stop, int threads) {
    Array<T> numbers("train", "theta", theta, {plan.parameters}, true);
    std::optional<Array<T>> ms, vs;
    const Numbers<T> all{numbers.data(),
                         optional_data(ms, "m", m, plan.keeps_m(), plan.parameters),
                         optional_data(vs, "v", v, plan.keeps_v(), plan.parameters)};
    Data<T> data("train", plan, x, answers, counts);
    const Rows<T> rows = data.to_learn("train");
    Array<double> rate("train", "learning_rates", rates, {ANY});
    Array<double> loss("train", "losses", losses, {rate.size(0)}, true);
    if (first < 0 || every < 1)
        throw Refusal{"train", "first from 0 up and every from 1 up",
                      std::to_string(first) + " and " + std::to_string(every),
                      "first is the number of steps made before."};
    Stop stopping{stop};
    const Course course{first, rate.size(0), rate.data(), every, loss.data(), Stop::asked,
                        &stopping};
    Pool pool(threads);
    int64_t made = 0;
    {
        const WithoutGil released;
        made = kernels<T>().train(plan, rows, all, course, pool);
    }
    stopping.raise();
    return made;
}

template <class T>
double gradients_of(const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                    nb::handle counts, nb::handle gradient, int threads) {
    Array<T> numbers("gradients", "theta", theta, {plan.parameters});
    Array<T> slopes("gradients", "gradient", gradient, {plan.parameters}, true);
    Data<T> data("gradients", plan, x, answers, counts);
    const Rows<T> rows = data.to_learn("gradients");
    Pool pool(threads);
    Stop signals;
    Halt halt(Stop::asked, &signals);
    double loss = 0;
    {
        const WithoutGil released;
        loss = kernels<T>().gradients(plan, rows, numbers.data(), slopes.data(), pool, halt);
    }
    signals.raise();
    return loss;
}

template <class T>
void forward_of(const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers, nb::handle a,
                nb::handle per_row, int threads, nb::handle stop) {
    Array<T> numbers("forward", "theta", theta, {plan.parameters});
    Data<T> data("forward", plan, x, answers, nb::none());
    const Rows<T> rows = data.rows();
    Array<T> outputs("forward", "a", a, {rows.n, plan.outputs()}, true);
    std::optional<Array<T>> losses;
    if (!answers.is_none())
        losses.emplace("forward", "per_row", per_row, Shape{rows.n}, true);
    Pool pool(threads);
    Stop stopping{stop.is_none() ? nb::handle() : stop};
    Halt halt(Stop::asked, &stopping);
    {
        const WithoutGil released;
        kernels<T>().forward(plan, rows, numbers.data(), outputs.data(),
                             losses ? losses->data() : nullptr, pool, halt);
    }
    stopping.raise();
}

}  // namespace

void add_calls(nb::module_& m) {
    using nb::arg;
    nb::class_<Plan>(m, "Plan", "What a network is and how it is trained: engine.native.plan_of.")
        .def("__init__", [](Plan* self, int64_t inputs, const nb::kwargs& of) {
            new (self) Plan(plan_of(inputs, of));
        }, arg("inputs"), arg("of"))
        .def_ro("parameters", &Plan::parameters);
    m.def("train", [](const Plan& plan, nb::handle theta, nb::handle m, nb::handle v, nb::handle x,
                      nb::handle answers, nb::handle counts, int64_t first, nb::handle rates,
                      int64_t every, nb::handle losses, nb::handle stop, int threads) {
        return BY_TYPE(train_of, theta, plan, theta, m, v, x, answers, counts, first, rates, every,
                       losses, stop, threads);
    }, arg("plan"), given("theta"), given("m"), given("v"), given("x"), given("answers"),
       given("counts"), arg("first"), given("learning_rates"), arg("every"), given("losses"),
       arg("stop"), arg("threads") = 1,
       "Steps first + 1, ..., one for each learning rate, in place. Returns how many were made.");
    m.def("gradients", [](const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                          nb::handle counts, nb::handle gradient, int threads) {
        return BY_TYPE(gradients_of, theta, plan, theta, x, answers, counts, gradient, threads);
    }, arg("plan"), given("theta"), given("x"), given("answers"), given("counts"),
       given("gradient"), arg("threads") = 1, "The loss of a batch; its gradient is written.");
    m.def("forward", [](const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                        nb::handle a, nb::handle per_row, int threads, nb::handle stop) {
        BY_TYPE(forward_of, theta, plan, theta, x, answers, a, per_row, threads, stop);
    }, arg("plan"), given("theta"), given("x"), given("answers"), given("a"), given("per_row"),
       arg("threads") = 1, arg("stop").none() = nb::none(),
       "The outputs, and where there are answers the loss of each row. stop() may raise.");
}

}  // namespace chainrule
