// Every kernel for one instruction set and one type of number: compiled with -DTARGET=avx512
// -DNUMBER=float and so on. The headers hold the code; this file only puts it into a table.
#include "kernels.h"

#include "activations.h"
#include "arena.h"
#include "feed.h"
#include "one_row.h"
#include "random.h"
#include "vector.h"
#if __has_include("rows.h") && __has_include("lanes.h")
#include "course.h"
#include "passes.h"
#endif

namespace chainrule::TARGET {

namespace {

template <class T>
void activate(Activation f, int64_t n, int64_t units, const T* z, T* a) {
    if (f == Activation::softmax) softmax_rows(z, units, a, units, n, units);
    else activate_all(f, z, a, n * units);
}

template <class T>
void activate_back(Activation f, int64_t n, int64_t units, const T* da, const T* z, const T* a,
                   T* dz) {
    if (f != Activation::softmax) return backward_all(f, da, z, a, dz, n * units);
    for (int64_t i = 0; i < n * units; i += units) softmax_backward_row(da + i, a + i, dz + i, units);
}

void order_of(const Plan& plan, int64_t n, int64_t epoch, int64_t* rows) {
    Arena arena;
    Order(plan.order, n, arena).rows(epoch, 0, n, rows);
}

template <class T>
void dense_mask(const Layer& layer, int64_t drawn, int64_t n, T* mask) {
    drop_mask(layer, drawn, n, mask, layer.units);
}

constexpr Kernels<NUMBER> TABLE{
#if __has_include("rows.h") && __has_include("lanes.h")
    .train = train<NUMBER>,
    .gradients = gradients<NUMBER>,
    .forward = forward<NUMBER>,
#endif
    .one_row = one_row<NUMBER>,
    .activate = activate<NUMBER>,
    .activate_back = activate_back<NUMBER>,
    .order = order_of,
    .drop_mask = dense_mask<NUMBER>,
};

}  // namespace

template <class T>
const Kernels<T>& table();

template <>
const Kernels<NUMBER>& table<NUMBER>() {
    return TABLE;
}

}  // namespace chainrule::TARGET
