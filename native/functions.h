// What tests ask for by name: every function of math.h on arrays, activations and losses by layout.
#pragma once
#include "arena.h"
#include "losses.h"

namespace chainrule::TARGET {

// y = FUNCTIONS[which](x) over n numbers (kernels.h).
template <class T>
void elementwise(int which, int64_t n, const T* x, T* y) {
    using V = Vec<T>;
    auto over = [&](auto f) {
        fill(y, n, [&](int64_t i, int count) { return f(load_some<V>(x + i, count)); });
    };
    switch (which) {
        case 0: return over([](V v) { return exp(v); });
        case 1: return over([](V v) { return expm1(v); });
        case 2: return over([](V v) { return log(v); });
        case 3: return over([](V v) { return log1p(v); });
        case 4: return over([](V v) { return tanh(v); });
        case 5: return over([](V v) { return sigmoid(v); });
        case 6: return over([](V v) { return erfc(v); });
        case 7: return over([](V v) { return sqrt(v); });
    }
}

// Numbers of n rows by `units`, as vectors of samples: v[block · units + j]; and back again. Lanes
// behind the last row hold `beyond`.
template <class T>
Vec<T>* to_lanes(Arena& arena, const T* rows, int64_t n, int64_t units, T beyond) {
    constexpr int64_t L = lanes<Vec<T>>;
    int64_t blocks = (n + L - 1) / L;
    T* v = take<T>(arena, blocks * L * units);
    for (int64_t i = 0; i < blocks * L; i++)
        for (int64_t j = 0; j < units; j++)
            v[((i / L) * units + j) * L + i % L] = i < n ? rows[i * units + j] : beyond;
    return reinterpret_cast<Vec<T>*>(v);
}

template <class T>
void from_lanes(const Vec<T>* v, T* rows, int64_t n, int64_t units) {
    constexpr int64_t L = lanes<Vec<T>>;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < units; j++) rows[i * units + j] = v[(i / L) * units + j][i % L];
}

// activate_rows and its backward with softmax by lanes.
template <class T>
void softmax_by_lanes(int64_t n, int64_t units, const T* z, T* a) {
    Arena arena;
    Vec<T>* v = to_lanes(arena, z, n, units, T(0));
    for (int64_t i = 0; i < n; i += lanes<Vec<T>>)
        softmax_lanes(v + i / lanes<Vec<T>> * units, v + i / lanes<Vec<T>> * units, units);
    from_lanes(v, a, n, units);
}

template <class T>
void softmax_back_by_lanes(int64_t n, int64_t units, const T* da, const T* a, T* dz) {
    Arena arena;
    Vec<T>*d = to_lanes(arena, da, n, units, T(0)), *v = to_lanes(arena, a, n, units, T(0));
    for (int64_t i = 0; i < n; i += lanes<Vec<T>>) {
        int64_t at = i / lanes<Vec<T>> * units;
        softmax_backward_lanes(d + at, v + at, d + at, units);
    }
    from_lanes(d, dz, n, units);
}

// The loss of n rows as one batch, its gradient d (n, outputs), the loss of each row (n,). rows.x
// is not looked at.
template <class T>
double loss_by_rows(const Plan& plan, const Rows<T>& rows, const T* q, T* d, T* per_row) {
    Answers<T> answers{rows.y, rows.labels, rows.counts, each_row(plan, rows.n, rows.counts)};
    return loss_rows(plan, answers, rows.n, q, d, plan.outputs(), per_row, true);
}

// The same by lanes. What stands in lanes without a sample overflows in every loss: it has to be
// kept out, so what d has there (0) is added to the loss for tests to see.
template <class T>
double loss_by_lanes(const Plan& plan, const Rows<T>& rows, const T* q, T* d, T* per_row) {
    using V = Vec<T>;
    constexpr int64_t L = lanes<V>;
    Arena arena;
    int64_t outputs = plan.outputs();
    V* qs = to_lanes(arena, q, rows.n, outputs, Real<T>::INF);
    V* ys = rows.y ? to_lanes(arena, rows.y, rows.n, outputs, T(0)) : nullptr;
    V* ds = reinterpret_cast<V*>(take<T>(arena, (rows.n + L) * outputs));
    double total = 0, each = each_row(plan, rows.n, rows.counts);
    for (int64_t i = 0; i < rows.n; i += L) {
        LaneAnswers<V> answers{ys ? ys + i / L * outputs : nullptr, {}, {}, {}};
        for (int64_t lane = 0; lane < L && i + lane < rows.n; lane++) {
            answers.here[lane] = -1;
            answers.w[lane] = T(rows.counts ? each * rows.counts[i + lane] : each);
            if (rows.labels) answers.label[lane] = rows.labels[i + lane];
        }
        V loss = loss_lanes(plan, qs + i / L * outputs, answers, ds + i / L * outputs, true);
        total += in_double<T>(answers.w * loss);
        if (per_row) store_part<V>(per_row + i, loss, int(rows.n - i < L ? rows.n - i : L));
    }
    from_lanes(ds, d, rows.n, outputs);
    for (int64_t i = rows.n; i % L != 0; i++)
        for (int64_t j = 0; j < outputs; j++) total += double(ds[i / L * outputs + j][i % L]);
    return total;
}

}  // namespace chainrule::TARGET
