// The parts of the kernels one by one, for exact tests; nothing else calls them.
#include <algorithm>
#include <cstring>

#include "arguments.h"
#include "binding.h"

namespace chainrule {

namespace {

// The kernels of the target in use, or of another that the processor can run: one process looks
// at all of them.
template <class T>
const Kernels<T>& of(const std::string& target) {
    if (target.empty()) return kernels<T>();
    if (const Kernels<T>* found = kernels_of<T>(target.c_str())) return *found;
    throw Refusal{"target", "one of _native.targets()", target, "Leave it out: the best is taken."};
}

// y = f(x), number by number.
template <class T>
void elementwise_of(const char* name, nb::handle x, nb::handle y, const std::string& target) {
    Array<T> from("elementwise", "x", x, {ANY});
    Array<T> to("elementwise", "y", y, {from.size(0)}, true);
    const auto found = std::find_if(std::begin(FUNCTIONS), std::end(FUNCTIONS),
                                    [&](const char* each) { return std::strcmp(each, name) == 0; });
    if (found == std::end(FUNCTIONS))
        throw Refusal{"elementwise", "the name of a function", name, "exp is one."};
    of<T>(target).elementwise(static_cast<int>(found - std::begin(FUNCTIONS)), from.size(0),
                             from.data(), to.data());
}

template <class T>
void activate_of(const std::string& name, nb::handle z, nb::handle a, bool by_lanes,
                 const std::string& target) {
    Array<T> from("activate", "z", z, {ANY, ANY});
    Array<T> to("activate", "a", a, {from.size(0), from.size(1)}, true);
    const Activation f = activation_named(name);
    const int64_t n = from.size(0), units = from.size(1);
    if (n == 0 || units == 0) return;
    if (by_lanes && f == Activation::softmax)
        return of<T>(target).softmax_by_lanes(n, units, from.data(), to.data());
    of<T>(target).activate(f, n, units, from.data(), to.data());
}

template <class T>
void activate_back_of(const std::string& name, nb::handle da, nb::handle z, nb::handle a,
                      nb::handle dz, bool by_lanes, const std::string& target) {
    const char* called = "activate_back";
    Array<T> before(called, "z", z, {ANY, ANY});
    const int64_t n = before.size(0), units = before.size(1);
    Array<T> slope(called, "da", da, {n, units}), after(called, "a", a, {n, units}),
        to(called, "dz", dz, {n, units}, true);
    const Activation f = activation_named(name);
    if (n == 0 || units == 0) return;
    if (by_lanes && f == Activation::softmax)
        return of<T>(target).softmax_back_by_lanes(n, units, slope.data(), after.data(), to.data());
    of<T>(target).activate_back(f, n, units, slope.data(), before.data(), after.data(), to.data());
}

// The loss of a batch whose outputs are q: its gradient d, and each row's loss.
template <class T>
double loss_of(const Plan& plan, nb::handle q, nb::handle answers, nb::handle counts, nb::handle d,
               nb::handle per_row, bool by_lanes, const std::string& target) {
    Array<T> from("loss", "q", q, {ANY, plan.outputs()});
    const int64_t n = from.size(0);
    Array<T> to("loss", "d", d, {n, plan.outputs()}, true);
    Array<T> each("loss", "per_row", per_row, {n}, true);
    Plan of_outputs = plan;  // its inputs are the outputs: x is not looked at
    of_outputs.layers.front().fan_in = plan.outputs();
    Data<T> data("loss", of_outputs, q, answers, counts);
    const auto kernel = by_lanes ? of<T>(target).loss_by_lanes : of<T>(target).loss_by_rows;
    return kernel(plan, data.to_learn("loss"), from.data(), to.data(), each.data());
}

void order_of(const Plan& plan, int64_t epoch, nb::handle rows) {
    Array<int64_t> order("order", "rows", rows, {ANY}, true);
    if (epoch < 0 || order.size(0) < 1)
        throw Refusal{"order", "an epoch from 0 up and at least one row",
                      std::to_string(epoch) + " and " + std::to_string(order.size(0)), "0?"};
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

}  // namespace

void add_pieces(nb::module_& m) {
    using nb::arg;
    m.def("functions", [] {
        nb::list names;
        for (const char* name : FUNCTIONS) names.append(nb::str(name));
        return names;
    }, "What elementwise knows.");
    m.def("elementwise", [](const char* name, nb::handle x, nb::handle y,
                            const std::string& target) {
        BY_TYPE(elementwise_of, x, name, x, y, target);
    }, arg("name"), given("x"), given("y"), arg("target") = "");
    m.def("activate", [](const std::string& name, nb::handle z, nb::handle a, bool by_lanes,
                         const std::string& target) {
        BY_TYPE(activate_of, z, name, z, a, by_lanes, target);
    }, arg("name"), given("z"), given("a"), arg("by_lanes") = false,
       arg("target") = "");
    m.def("activate_back", [](const std::string& name, nb::handle da, nb::handle z, nb::handle a,
                              nb::handle dz, bool by_lanes, const std::string& target) {
        BY_TYPE(activate_back_of, z, name, da, z, a, dz, by_lanes, target);
    }, arg("name"), given("da"), given("z"), given("a"), given("dz"),
       arg("by_lanes") = false, arg("target") = "");
    m.def("loss", [](const Plan& plan, nb::handle q, nb::handle answers, nb::handle counts,
                     nb::handle d, nb::handle per_row, bool by_lanes, const std::string& target) {
        return BY_TYPE(loss_of, q, plan, q, answers, counts, d, per_row, by_lanes, target);
    }, arg("plan"), given("q"), given("answers"), given("counts"), given("d"),
       given("per_row"), arg("by_lanes") = false, arg("target") = "");
    m.def("order", order_of, arg("plan"), arg("epoch"), given("rows"),
          "The order in which an epoch visits rows.");
    m.def("drop_mask", [](const Plan& plan, int64_t layer, int64_t drawn, nb::handle mask) {
        BY_TYPE(drop_mask_of, mask, plan, layer, drawn, mask);
    }, arg("plan"), arg("layer"), arg("drawn"), given("mask"),
       "What dropout multiplies a layer by, after so many rows were drawn for.");
}

}  // namespace chainrule
