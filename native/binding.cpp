// chainrule._native: the kernels as a Python module.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "kernels.h"

namespace nb = nanobind;

namespace chainrule {
namespace {

void refuse(const std::exception_ptr& thrown, void*) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Refusal& r) {
        nb::object error = nb::module_::import_("chainrule.core.errors").attr("UsageError");
        nb::object made = error(r.called, r.needs, r.got, r.todo);
        PyErr_SetObject(error.ptr(), made.ptr());
    }
}

}  // namespace
}  // namespace chainrule

NB_MODULE(_native, m) {
    using namespace chainrule;
    m.doc() = "chainrule's kernels in C++: chainrule.engine.native is the way to them.";
    nb::register_exception_translator(refuse);
    m.def("target", &target, "The instruction set in use.");
    m.def("targets", [] {
        nb::list names;
        for (const char* name : targets()) names.append(nb::str(name));
        return nb::tuple(names);
    }, "All instruction sets that this processor can run, the best one first.");
}
