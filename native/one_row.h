// Predicting a single row: the latency of one call, not the rate of many.
//
// Units stand in lanes, as W's rows lie in memory: z[j ...] = b[j ...] + Σᵢ xᵢ W[i][j ...].
// Every weight is read once and used once, so a large layer runs at the speed of the cache that
// holds it (784-128: 400 kB of floats, at 48 bytes a cycle 8,400 cycles, about 2 µs), and a small
// one at the latency of its additions: 8 chains of 4 cycles each keep two multipliers busy.
#pragma once
#include "activations.h"
#include "kernels.h"
#include "vector.h"

namespace chainrule::TARGET {

constexpr int CHAINS = 8;

// J vectors of z, from CHAINS / J chains of inputs each. get(row, j) is vector j of a row of W.
template <int J, class T, class Get>
INLINE void weighed(const T* x, int64_t n, const T* w, int64_t units, Get get, Vec<T>* z) {
    constexpr int K = CHAINS / J;
    Vec<T> sums[K][J]{};
    int64_t i = 0;
    for (; i + K <= n; i += K)
        for (int k = 0; k < K; k++)
            for (int j = 0; j < J; j++) sums[k][j] += x[i + k] * get(w + (i + k) * units, j);
    for (; i < n; i++)
        for (int j = 0; j < J; j++) sums[0][j] += x[i] * get(w + i * units, j);
    for (int half = K / 2; half > 0; half /= 2)
        for (int k = 0; k < half; k++)
            for (int j = 0; j < J; j++) sums[k][j] += sums[k + half][j];
    for (int j = 0; j < J; j++) z[j] = sums[0][j];
}

// The units from j on that are fewer than a vector holds. z may be written a vector wide.
template <class T>
INLINE void weighed_rest(const T* x, int64_t n, const T* w, int64_t units, int count, T* z) {
    using V = Vec<T>;
    V sums;
#if defined(__AVX512F__)
    weighed<1>(x, n, w, units, [&](const T* row, int) { return load_part<V>(row, count); }, &sums);
#else
    // Without masks a part is loaded number by number. A whole vector reaches into the next row,
    // which does no harm; only where the last rows end would it reach out of W.
    const int64_t short_of_end = (lanes<V> - count + units - 1) / units;
    const int64_t safe = n > short_of_end ? n - short_of_end : 0;
    V last;
    weighed<1>(x, safe, w, units, [](const T* row, int) { return load<V>(row); }, &sums);
    weighed<1>(x + safe, n - safe, w + safe * units, units,
               [&](const T* row, int) { return load_part<V>(row, count); }, &last);
    sums += last;
#endif
    store<V>(z, sums);
}

// z = x W + b for one row.
template <class T>
void dense_row(const Layer& layer, const Weights<T>& weights, const T* x, T* z) {
    using V = Vec<T>;
    const int64_t n = layer.fan_in, units = layer.units;
    int64_t j = 0;
    auto some = [&]<int J>() INLINE_LAMBDA {
        for (; j + J * lanes<V> <= units; j += J * lanes<V>) {
            V sums[J];
            weighed<J>(x, n, weights.W + j, units,
                       [](const T* row, int k) { return load<V>(row + k * lanes<V>); }, sums);
            for (int k = 0; k < J; k++) store<V>(z + j + k * lanes<V>, sums[k]);
        }
    };
    some.template operator()<8>();
    some.template operator()<4>();
    some.template operator()<2>();
    some.template operator()<1>();
    if (j < units) weighed_rest(x, n, weights.W + j, units, (int)(units - j), z + j);
    if (weights.b == nullptr) return;
    const bool shared = layer.bias == Bias::shared;
    for (int64_t k = 0; k < units; k++) z[k] += weights.b[shared ? 0 : k];
}

// scratch: two rows, each of the widest layer and 128 bytes; a has exactly the outputs.
template <class T>
void one_row(const Plan& plan, const Weights<T>* weights, const T* x, T* a, T* scratch,
             int64_t row) {
    const Layer* layers = plan.layers.data();
    const int64_t depth = (int64_t)plan.layers.size();
    for (int64_t l = 0; l < depth; l++) {
        T* z = scratch + l % 2 * row;
        T* out = l + 1 == depth ? a : z;
        dense_row(layers[l], weights[l], x, z);
        if (layers[l].activation == Activation::softmax) softmax_row(z, out, layers[l].units);
        else activate_all(layers[l].activation, z, out, layers[l].units);
        x = z;
    }
}

}  // namespace chainrule::TARGET
