// Every kernel for one instruction set and one type of number: compiled with -DTARGET=avx512
// -DNUMBER=float and so on. The headers hold the code; this file only puts it into a table.
#include "kernels.h"

#include "arena.h"
#include "vector.h"

namespace chainrule::TARGET {

namespace {

template <class T>
void activate(Activation, int64_t, int64_t, const T*, T*) {}  // activations.h

template <class T>
void activate_back(Activation, int64_t, int64_t, const T*, const T*, const T*, T*) {}

constexpr Kernels<NUMBER> TABLE{
    .activate = activate<NUMBER>,
    .activate_back = activate_back<NUMBER>,
};

}  // namespace

template <class T>
const Kernels<T>& table();

template <>
const Kernels<NUMBER>& table<NUMBER>() {
    return TABLE;
}

}  // namespace chainrule::TARGET
