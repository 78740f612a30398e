// C (m, n) = A (m, k) Wᵀ for few rows of A: dot products along the rows of W (n, k).
//
// Turning W into panels costs about as much as the product with 10 rows of A: of few rows, W is
// read where it lies, once. A dot product is summed in a vector, whose lanes are added up at the
// end. A tile is 4 rows of A against 4 of W: 16 sums, and 8 loads for 16 fused multiply-adds.
#pragma once
#include "tiles.h"

namespace chainrule::TARGET {

constexpr int DOTS = 4;

// Whether this pays: adding up lanes costs some 4 cycles a number of C, turning W 0.3 cycles a
// number of W, of which a number of C has k / m to bear.
template <class T>
constexpr bool suits_dots(int64_t m, int64_t k) {
    return m <= 12 && k >= m * lanes<Vec<T>>;
}

template <class T>
struct Dots {
    const T *a, *w;  // A(i, j) = a[i · a_row + j]; W(c, j) = w[c · w_row + j]
    int64_t a_row, w_row, k;
    T* c;  // C(i, c) = c[i · c_row + c]
    int64_t c_row;
};

// ROWS × `count` dot products, from row i of A and row j of W on; count is 4 or less.
template <int ROWS, class T>
INLINE void dots(const Dots<T>& d, int64_t i, int64_t j, int count) {
    using V = Vec<T>;
    V sum[ROWS * DOTS]{};
    const T *a[ROWS], *w[DOTS];
    for (int r = 0; r < ROWS; r++) a[r] = d.a + (i + r) * d.a_row;
    for (int c = 0; c < DOTS; c++) w[c] = d.w + (j + (c < count ? c : 0)) * d.w_row;
    const auto add = [&](auto get) INLINE_LAMBDA {
        V from_w[DOTS];
        times<DOTS>([&](auto c) INLINE_LAMBDA { from_w[c] = get(w[c]); });
        times<ROWS>([&](auto r) INLINE_LAMBDA {
            const V x = get(a[r]);
            times<DOTS>([&](auto c) INLINE_LAMBDA { sum[r * DOTS + c] += x * from_w[c]; });
        });
    };
    int64_t at = 0;
    for (; at + lanes<V> <= d.k; at += lanes<V>)
        add([&](const T* row) INLINE_LAMBDA { return load<V>(row + at); });
    if (const int rest = (int)(d.k - at))
        add([&](const T* row) INLINE_LAMBDA { return load_part<V>(row + at, rest); });
    times<ROWS>([&](auto r) INLINE_LAMBDA {
        T* const to = d.c + (i + r) * d.c_row + j;
        times<DOTS>([&](auto c) INLINE_LAMBDA {
            if (c < count) to[c] = chainrule::TARGET::sum(sum[r * DOTS + c]);
        });
    });
}

// Columns `column` ... column + columns − 1 of C, of all m rows.
template <class T>
void dots_of_columns(const Dots<T>& d, int64_t m, int64_t column, int64_t columns) {
    for (int64_t j = column; j < column + columns; j += DOTS) {
        const int64_t left = column + columns - j;
        const int count = left < DOTS ? (int)left : DOTS;
        int64_t i = 0;
        for (; i + 4 <= m; i += 4) dots<4>(d, i, j, count);
        if (m - i == 3) dots<3>(d, i, j, count);
        if (m - i == 2) dots<2>(d, i, j, count);
        if (m - i == 1) dots<1>(d, i, j, count);
    }
}

}  // namespace chainrule::TARGET
