// The calls of the module: arguments are checked, the GIL is let go, a kernel runs.
#include "binding.h"

#include <optional>

namespace chainrule {

namespace {

constexpr int64_t MOST_ROWS = int64_t{1} << 40;

// Rows of data as Python hands them over, held for as long as this lives.
template <class T>
class Data {
public:
    Data(const char* called, const Plan& plan, nb::handle x, nb::handle answers, nb::handle counts)
        : x_(called, "x", x, {ANY, plan.inputs()}) {
        const int64_t n = x_.size(0);
        if (!counts.is_none()) counts_.emplace(called, "counts", counts, std::initializer_list{n});
        if (answers.is_none()) return;
        if (plan.labels) {
            labels_.emplace(called, "answers", answers, std::initializer_list{n});
            check_labels(called, plan.outputs());
        } else {
            y_.emplace(called, "answers", answers, std::initializer_list{n, plan.outputs()});
        }
    }

    Rows<T> rows() const {
        return {x_.size(0), x_.data(), y_ ? y_->data() : nullptr,
                labels_ ? labels_->data() : nullptr, counts_ ? counts_->data() : nullptr};
    }

private:
    // Kernels index by labels: one that is no class would reach outside of the row.
    void check_labels(const char* called, int64_t classes) const {
        const int64_t* labels = labels_->data();
        for (int64_t i = 0; i < labels_->size(0); i++)
            if (labels[i] < 0 || labels[i] >= classes)
                throw Refusal{called, "labels from 0 to " + std::to_string(classes - 1),
                              std::to_string(labels[i]) + " in row " + std::to_string(i),
                              "Each class has an output of its own."};
    }

    Array<T> x_;
    std::optional<Array<T>> y_, counts_;
    std::optional<Array<int64_t>> labels_;
};

void some(const char* called, int64_t n) {
    if (n < 1) throw Refusal{called, "at least one row", "none", "Hand over rows to learn from."};
}

// What a call of Python's stop() needs, and what it leaves behind.
struct Stop {
    nb::handle ask;
    PyObject *type = nullptr, *value = nullptr, *trace = nullptr;

    // Signals are looked at, too: Ctrl-C has to act where stop is no Python function.
    static bool asked(void* self) {
        Stop& stop = *static_cast<Stop*>(self);
        nb::gil_scoped_acquire gil;
        PyObject* answer = PyErr_CheckSignals() == 0 ? PyObject_CallNoArgs(stop.ask.ptr()) : nullptr;
        const int truth = answer == nullptr ? -1 : PyObject_IsTrue(answer);
        Py_XDECREF(answer);
        if (truth < 0) PyErr_Fetch(&stop.type, &stop.value, &stop.trace);
        return truth != 0;
    }

    void raise() const {
        if (type == nullptr) return;
        PyErr_Restore(type, value, trace);
        throw nb::python_error();
    }
};

template <class T>
T* optional_data(std::optional<Array<T>>& array, const char* name, nb::handle given, bool kept,
                 int64_t size) {
    if (!kept) return nullptr;
    array.emplace("train", name, given, std::initializer_list{size}, true);
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
    const Rows<T> rows = data.rows();
    some("train", rows.n);
    if (rows.y == nullptr && rows.labels == nullptr)
        throw Refusal{"train", "answers", "None", "They are what is learnt."};
    Array<double> rate("train", "learning_rates", rates, {ANY});
    Array<double> loss("train", "losses", losses, {rate.size(0)}, true);
    if (first < 0 || every < 1 || rows.n > MOST_ROWS)
        throw Refusal{"train", "first from 0 up and every from 1 up",
                      std::to_string(first) + " and " + std::to_string(every),
                      "first is the number of steps made before."};
    Stop stopping{stop};
    const Course course{first, rate.size(0), rate.data(), every, loss.data(), Stop::asked,
                        &stopping};
    Pool pool(threads);
    int64_t made = 0;
    {
        nb::gil_scoped_release released;
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
    const Rows<T> rows = data.rows();
    some("gradients", rows.n);
    if (rows.y == nullptr && rows.labels == nullptr)
        throw Refusal{"gradients", "answers", "None", "They are what the loss is of."};
    Pool pool(threads);
    nb::gil_scoped_release released;
    return kernels<T>().gradients(plan, rows, numbers.data(), slopes.data(), pool);
}

template <class T>
void forward_of(const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers, nb::handle a,
                nb::handle per_row, int threads) {
    Array<T> numbers("forward", "theta", theta, {plan.parameters});
    Data<T> data("forward", plan, x, answers, nb::none());
    const Rows<T> rows = data.rows();
    Array<T> outputs("forward", "a", a, {rows.n, plan.outputs()}, true);
    std::optional<Array<T>> losses;
    if (!answers.is_none())
        losses.emplace("forward", "per_row", per_row, std::initializer_list{rows.n}, true);
    Pool pool(threads);
    nb::gil_scoped_release released;
    kernels<T>().forward(plan, rows, numbers.data(), outputs.data(),
                         losses ? losses->data() : nullptr, pool);
}

void order_of(const Plan& plan, int64_t epoch, nb::handle rows) {
    Array<int64_t> order("order", "rows", rows, {ANY}, true);
    some("order", order.size(0));
    if (epoch < 0) throw Refusal{"order", "an epoch from 0 up", std::to_string(epoch), "0?"};
    kernels<double>().order(plan, order.size(0), epoch, order.data());
}

template <class T>
void drop_mask_of(const Plan& plan, int64_t layer, int64_t drawn, nb::handle mask) {
    if (layer < 0 || layer >= static_cast<int64_t>(plan.layers.size()) || drawn < 0)
        throw Refusal{"drop_mask", "a layer of the network", std::to_string(layer), "0?"};
    const Layer& its = plan.layers[static_cast<size_t>(layer)];
    Array<T> made("drop_mask", "mask", mask, {ANY, its.units}, true);
    kernels<T>().drop_mask(its, drawn, made.size(0), made.data());
}

// f<float> or f<double>, as the deciding array is; the other arrays have to agree with it.
#define BY_TYPE(f, array, ...) \
    (Borrowed(array, false).is("float32") ? f<float>(__VA_ARGS__) : f<double>(__VA_ARGS__))

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
    }, arg("plan"), arg("theta"), arg("m").none(), arg("v").none(), arg("x"), arg("answers"),
       arg("counts").none(), arg("first"), arg("learning_rates"), arg("every"), arg("losses"),
       arg("stop"), arg("threads") = 1,
       "Steps first + 1, ..., one for each learning rate, in place. Returns how many were made.");
    m.def("gradients", [](const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                          nb::handle counts, nb::handle gradient, int threads) {
        return BY_TYPE(gradients_of, theta, plan, theta, x, answers, counts, gradient, threads);
    }, arg("plan"), arg("theta"), arg("x"), arg("answers"), arg("counts").none(), arg("gradient"),
       arg("threads") = 1, "The loss of a batch; its gradient is written.");
    m.def("forward", [](const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                        nb::handle a, nb::handle per_row, int threads) {
        BY_TYPE(forward_of, theta, plan, theta, x, answers, a, per_row, threads);
    }, arg("plan"), arg("theta"), arg("x"), arg("answers").none(), arg("a"), arg("per_row").none(),
       arg("threads") = 1, "The outputs, and where there are answers the loss of each row.");
    m.def("order", order_of, arg("plan"), arg("epoch"), arg("rows"),
          "The order in which an epoch visits rows.");
    m.def("drop_mask", [](const Plan& plan, int64_t layer, int64_t drawn, nb::handle mask) {
        BY_TYPE(drop_mask_of, mask, plan, layer, drawn, mask);
    }, arg("plan"), arg("layer"), arg("drawn"), arg("mask"),
       "What dropout multiplies a layer by, after so many rows were drawn for.");
}

}  // namespace chainrule
