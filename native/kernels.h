// The door between what is compiled once and what is compiled for every instruction set.
//
// kernels.cpp is compiled for each pair (TARGET, NUMBER) and gives one table of functions;
// dispatch.cpp chooses the tables for the processor it runs on. Nothing else crosses over.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "plan.h"

namespace chainrule {

template <class T>
struct Kernels {
    // a = f(z) for n rows of `units` numbers; dz = da · f′(z) given z and a.
    void (*activate)(Activation, int64_t n, int64_t units, const T* z, T* a);
    void (*activate_back)(Activation, int64_t n, int64_t units, const T* da, const T* z, const T* a,
                          T* dz);
};

// The tables of the target in use, and its name.
template <class T>
const Kernels<T>& kernels();
const char* target();

// All targets in this binary that the processor can run, the best one first.
std::vector<const char*> targets();

// What can't be done, in the four parts of chainrule.core.errors.UsageError.
struct Refusal {
    std::string called, needs, got, todo;
};

}  // namespace chainrule
