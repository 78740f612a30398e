// The pieces of the kernels by themselves, for tests: chainrule._native.elementwise and its kin.
//
// `target` is one of targets(), so that one process can look at every instruction set it can run.
#include "binding.h"
#include "functions.h"

#include <cstring>
#include <optional>

namespace chainrule {

namespace {

template <class T>
const Kernels<T>& of(const std::string& target) {
    if (const Kernels<T>* found = kernels_of<T>(target.c_str())) return *found;
    throw Refusal{"target", "one of chainrule._native.targets()", target, "Choose one of these."};
}

int function_named(const std::string& name) {
    int which = 0;
    std::string known;
    for (const char* each : FUNCTIONS) {
        if (name == each) return which;
        known += (which++ ? ", " : "") + std::string(each);
    }
    throw Refusal{"elementwise", "one of " + known, name, "Choose one of these."};
}

template <class T>
void elementwise_of(const std::string& target, const std::string& name, nb::handle x,
                    nb::handle y) {
    Array<T> from("elementwise", "x", x, {ANY});
    Array<T> to("elementwise", "y", y, {from.size(0)}, true);
    const int which = function_named(name);
    const Kernels<T>& kernels = of<T>(target);
    nb::gil_scoped_release released;
    kernels.elementwise(which, from.size(0), from.data(), to.data());
}

template <class T>
void activate_of(const std::string& target, Activation f, bool lanes, nb::handle z, nb::handle a) {
    Array<T> from("activate", "z", z, {ANY, ANY});
    const int64_t n = from.size(0), units = from.size(1);
    Array<T> to("activate", "a", a, {n, units}, true);
    const Kernels<T>& kernels = of<T>(target);
    if (lanes && f == Activation::softmax)
        return kernels.softmax_by_lanes(n, units, from.data(), to.data());
    kernels.activate(f, n, units, from.data(), to.data());
}

template <class T>
void activate_back_of(const std::string& target, Activation f, bool lanes, nb::handle da,
                      nb::handle z, nb::handle a, nb::handle dz) {
    Array<T> from("activate_back", "da", da, {ANY, ANY});
    const int64_t n = from.size(0), units = from.size(1);
    Array<T> zs("activate_back", "z", z, {n, units}), as("activate_back", "a", a, {n, units});
    Array<T> to("activate_back", "dz", dz, {n, units}, true);
    const Kernels<T>& kernels = of<T>(target);
    if (lanes && f == Activation::softmax)
        return kernels.softmax_back_by_lanes(n, units, from.data(), as.data(), to.data());
    kernels.activate_back(f, n, units, from.data(), zs.data(), as.data(), to.data());
}

template <class T>
double loss_of(const std::string& target, const Plan& plan, bool lanes, nb::handle q,
               nb::handle answers, nb::handle counts, nb::handle d, nb::handle per_row) {
    Array<T> qs("loss", "q", q, {ANY, plan.outputs()});
    const int64_t n = qs.size(0);
    std::optional<Array<T>> y, weights;
    std::optional<Array<int64_t>> labels;
    if (plan.labels) labels.emplace("loss", "answers", answers, std::initializer_list{n});
    else y.emplace("loss", "answers", answers, std::initializer_list{n, plan.outputs()});
    if (!counts.is_none()) weights.emplace("loss", "counts", counts, std::initializer_list{n});
    Array<T> ds("loss", "d", d, {n, plan.outputs()}, true);
    Array<T> rows("loss", "per_row", per_row, {n}, true);
    const Rows<T> asked{n, nullptr, y ? y->data() : nullptr, labels ? labels->data() : nullptr,
                        weights ? weights->data() : nullptr};
    const Kernels<T>& kernels = of<T>(target);
    return (lanes ? kernels.loss_by_lanes : kernels.loss_by_rows)(plan, asked, qs.data(), ds.data(),
                                                                  rows.data());
}

// f<float> or f<double>, as the array is.
#define BY_TYPE(f, array, ...) \
    (Borrowed(array, false).is("float32") ? f<float>(__VA_ARGS__) : f<double>(__VA_ARGS__))

Activation row(int position) {
    if (position < 0 || position > static_cast<int>(Activation::softmax))
        throw Refusal{"activate", "a position in core.activations.ACTIVATIONS",
                      std::to_string(position), "0 is the identity."};
    return static_cast<Activation>(position);
}

}  // namespace

void add_pieces(nb::module_& m) {
    using nb::arg;
    m.def("elementwise", [](const std::string& target, const std::string& name, nb::handle x,
                            nb::handle y) { BY_TYPE(elementwise_of, x, target, name, x, y); },
          arg("target"), arg("name"), arg("x"), arg("y"), "y = f(x), number by number.");
    m.def("activate", [](const std::string& target, int f, bool lanes, nb::handle z, nb::handle a) {
        BY_TYPE(activate_of, z, target, row(f), lanes, z, a);
    }, arg("target"), arg("activation"), arg("lanes"), arg("z"), arg("a"),
       "a = f(z) of rows; f by its position in the core's table.");
    m.def("activate_back", [](const std::string& target, int f, bool lanes, nb::handle da,
                              nb::handle z, nb::handle a, nb::handle dz) {
        BY_TYPE(activate_back_of, z, target, row(f), lanes, da, z, a, dz);
    }, arg("target"), arg("activation"), arg("lanes"), arg("da"), arg("z"), arg("a"), arg("dz"),
       "dz of rows.");
    m.def("loss", [](const std::string& target, const Plan& plan, bool lanes, nb::handle q,
                     nb::handle answers, nb::handle counts, nb::handle d, nb::handle per_row) {
        return BY_TYPE(loss_of, q, target, plan, lanes, q, answers, counts, d, per_row);
    }, arg("target"), arg("plan"), arg("lanes"), arg("q"), arg("answers"), arg("counts").none(),
       arg("d"), arg("per_row"),
       "The loss of rows as one batch; its gradient d and the loss of each row are written.");
}

}  // namespace chainrule
