// chainrule._native: the kernels as a Python module.
#include "binding.h"

namespace chainrule {
namespace {

void as_usage_error(const std::exception_ptr& thrown, void*) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Refusal& refusal) {
        raise(refusal);
    }
}

nb::tuple names_of_targets() {
    nb::list names;
    for (const char* name : targets()) names.append(nb::str(name));
    return nb::tuple(names);
}

}  // namespace

void raise(const Refusal& r) {
    nb::object error = nb::module_::import_("chainrule.core.errors").attr("UsageError");
    nb::object made = error(r.called.c_str(), r.needs.c_str(), r.got.c_str(), r.todo.c_str());
    PyErr_SetObject(error.ptr(), made.ptr());
}

}  // namespace chainrule

NB_MODULE(_native, m) {
    using namespace chainrule;
    m.doc() = "chainrule's kernels in C++: chainrule.engine.native is the way to them.";
    nb::register_exception_translator(as_usage_error);
    m.def("target", &target, "The instruction set in use.");
    m.def("targets", &names_of_targets,
          "All instruction sets that this processor can run, the best one first.");
    m.attr("build_id") = BUILD_ID;
    add_calls(m);
    add_many(m);
    add_predictor(m);
    add_pieces(m);
}
