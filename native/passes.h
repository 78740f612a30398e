// All rows at once, without a step: predictions, losses of rows, the gradient of a batch. Where
// halt says so, they are left unfinished.
#pragma once
#include "arena.h"
#include "feed.h"
#include "lanes.h"
#include "plan.h"
#include "pool.h"
#include "rows.h"

namespace chainrule::TARGET {

// Rows of a forward pass that are under way together: enough to fill the tiles of every thread,
// few enough for what they leave behind to stay in the cache (4,096 rows of 512 floats: 8 MB).
constexpr int64_t AT_ONCE = 4096;

template <class T, class Path>
void forward_by(const Plan& plan, const Rows<T>& rows, const T* theta, T* a, T* per_row,
                Pool& pool, Halt& halt) {
    Arena arena;
    int64_t most = rows.n < AT_ONCE ? rows.n : AT_ONCE;
    Path path(plan, most, arena, pool, halt);
    for (int64_t start = 0; start < rows.n && !halt.now(); start += most) {
        int64_t n = most < rows.n - start ? most : rows.n - start;
        Batch<T> batch{n, rows.x + start * plan.inputs(),
                       rows.y ? rows.y + start * plan.outputs() : nullptr,
                       rows.labels ? rows.labels + start : nullptr, nullptr, 0, false};
        path.forward(theta, batch, a + start * plan.outputs(),
                     per_row ? per_row + start : nullptr);
    }
}

template <class T>
void forward(const Plan& plan, const Rows<T>& rows, const T* theta, T* a, T* per_row, Pool& pool,
             Halt& halt) {
    if (rows.n == 0) return;
    int64_t most = rows.n < AT_ONCE ? rows.n : AT_ONCE;
    return Lanes<T>::suits(plan, most)
               ? forward_by<T, Lanes<T>>(plan, rows, theta, a, per_row, pool, halt)
               : forward_by<T, ByRows<T>>(plan, rows, theta, a, per_row, pool, halt);
}

template <class T, class Path>
double gradients_by(const Plan& plan, const Rows<T>& rows, const T* theta, T* gradient,
                    Pool& pool, Halt& halt) {
    Arena arena;
    Path path(plan, rows.n, arena, pool, halt);
    Batch<T> batch{rows.n, rows.x, rows.y, rows.labels, rows.counts, 0, false};
    double loss = 0;
    path.slopes(theta, batch, gradient, &loss, false);
    return loss;
}

template <class T>
double gradients(const Plan& plan, const Rows<T>& rows, const T* theta, T* gradient, Pool& pool,
                 Halt& halt) {
    return Lanes<T>::suits(plan, rows.n)
               ? gradients_by<T, Lanes<T>>(plan, rows, theta, gradient, pool, halt)
               : gradients_by<T, ByRows<T>>(plan, rows, theta, gradient, pool, halt);
}

}  // namespace chainrule::TARGET
