// Every kernel for one instruction set and one type of number: compiled with -DTARGET=avx512
// -DNUMBER=float and so on. The headers hold the code; this file only puts it into a table.
#include "kernels.h"

#include "arena.h"
#include "feed.h"
#include "random.h"
#include "vector.h"
#if __has_include("rows.h") && __has_include("lanes.h")
#include "course.h"
#include "passes.h"
#endif

namespace chainrule::TARGET {

namespace {

template <class T>
void activate(Activation, int64_t, int64_t, const T*, T*) {}  // activations.h

template <class T>
void activate_back(Activation, int64_t, int64_t, const T*, const T*, const T*, T*) {}

void order_of(const Plan& plan, int64_t n, int64_t epoch, int64_t* rows) {
    Arena arena;
    Order(plan, n, arena).rows(epoch, 0, n, rows);
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
