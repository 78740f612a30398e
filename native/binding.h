// The parts of the Python module.
#pragma once
#include "arrays.h"
#include "kernels.h"

namespace chainrule {

Activation activation_named(const std::string& name);
Plan plan_of(int64_t inputs, const nb::dict& of);
void add_calls(nb::module_& m);
void add_many(nb::module_& m);
void add_predictor(nb::module_& m);
void add_pieces(nb::module_& m);
void raise(const Refusal&);  // as Python's UsageError; returns with the error set

}  // namespace chainrule
