// Rows turned into columns and back, and vectors into sums: what lies between data and lanes.
#pragma once
#include "vector.h"

namespace chainrule::TARGET {

template <class V, int... lane>
INLINE V chosen(V a, V b, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(a, b, lane...);
}

// N vectors → one: lanes l·L/N ... of it add up to vector l. N = L gives the sum of each of L
// vectors, by L − 1 additions instead of L · log L. Halves are folded onto halves, as in sum().
template <int N, class V, int... lane>
INLINE V folded(V a, V b, std::integer_sequence<int, lane...>) {
    constexpr int m = lanes<V> / N;  // lane v·m + r comes from lanes 2v·m + r and + m
    using First = std::integer_sequence<int, (lane / m * 2 * m + lane % m)...>;
    using Second = std::integer_sequence<int, (lane / m * 2 * m + lane % m + m)...>;
    return chosen(a, b, First()) + chosen(a, b, Second());
}

template <int N, class V>
INLINE V sums(const V* v) {
    if constexpr (N == 1)
        return *v;
    else
        return folded<N>(sums<N / 2>(v), sums<N / 2>(v + N / 2),
                         std::make_integer_sequence<int, lanes<V>>());
}

// to[p] = Σ over the lanes of v[p], for p < n. Behind v[n − 1] stand vectors that may be read.
template <class V>
INLINE void sum_each(const V* v, int64_t n, Element<V>* to) {
    constexpr int L = lanes<V>;
    int64_t p = 0;
    for (; p + L <= n; p += L) store(to + p, sums<L>(v + p));
    if (p < n) store_part(to + p, sums<L>(v + p), (int)(n - p));
}

// 4 × 4 numbers, by 8 shuffles instead of 16 loads and stores.
template <class T>
INLINE void transpose_tile(const T* from, int64_t length, T* to, int64_t to_length) {
    using V = Vec<T, 4>;
    V a = load<V>(from), b = load<V>(from + length), c = load<V>(from + 2 * length),
      d = load<V>(from + 3 * length);
    V ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    V AB = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    V cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    V CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    store(to, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
    store(to + to_length, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
    store(to + 2 * to_length, __builtin_shufflevector(AB, CD, 0, 1, 4, 5));
    store(to + 3 * to_length, __builtin_shufflevector(AB, CD, 2, 3, 6, 7));
}

// Pairs: (n, 2) → (2, n). Points in a plane are what small networks are often shown.
template <class T, int... lane>
INLINE int64_t transpose_pairs(const T* from, int64_t n, T* to, int64_t to_length,
                               std::integer_sequence<int, lane...>) {
    using V = Vec<T>;
    int64_t i = 0;
    for (; i + lanes<V> <= n; i += lanes<V>) {
        V a = load<V>(from + 2 * i), b = load<V>(from + 2 * i + lanes<V>);
        store(to + i, __builtin_shufflevector(a, b, (2 * lane)...));
        store(to + to_length + i, __builtin_shufflevector(a, b, (2 * lane + 1)...));
    }
    return i;
}

// (rows, columns) → (columns, rows); a row begins `length` numbers behind the one before.
template <class T>
void transpose(const T* from, int64_t rows, int64_t columns, int64_t length, T* to,
               int64_t to_length) {
    if ((columns == 1 && length == 1) || (rows == 1 && to_length == 1)) {
        std::memcpy(to, from, (columns == 1 ? rows : columns) * sizeof(T));
        return;
    }
    int64_t i = 0;
    if (columns == 2 && length == 2)
        i = transpose_pairs(from, rows, to, to_length,
                            std::make_integer_sequence<int, lanes<Vec<T>>>());
    for (; i < rows; i += 4) {
        int64_t j = 0;
        if (i + 4 <= rows)
            for (; j + 4 <= columns; j += 4)
                transpose_tile(from + i * length + j, length, to + j * to_length + i, to_length);
        for (; j < columns; j++)
            for (int64_t r = i; r < i + 4 && r < rows; r++)
                to[j * to_length + r] = from[r * length + j];
    }
}

// (n, columns) rows → (columns, samples). Behind the last row stands that row again: what is made
// of it is as finite as what is made of the row itself, so that times 0 it is 0.
template <class T>
void into_lanes(const T* rows, int64_t n, int64_t columns, int64_t samples, T* to) {
    transpose(rows, n, columns, columns, to, samples);
    for (int64_t c = 0; c < columns; c++)
        for (int64_t i = n; i < samples; i++) to[c * samples + i] = to[c * samples + n - 1];
}

}  // namespace chainrule::TARGET
