// A tile of a product in registers: C (rows, columns) = start + A (rows, k) B (k, columns).
//
// For each k a tile loads NV vectors of B, broadcasts MR numbers of A, and makes MR · NV fused
// multiply-adds, one for each of its accumulators. With AVX-512, 12 × 2: 24 accumulators and 2
// vectors of B of 32 registers; 12 cycles of arithmetic (2 a cycle) against 7 of loads (14, 2 a
// cycle). With AVX2, 6 × 2: 12 and 2 and a broadcast of 16. An FMA takes 4 cycles or 5, so 8 to 10
// must be under way: a tile with fewer accumulators splits k into as many chains.
#pragma once
#include "vector.h"

namespace chainrule::TARGET {

constexpr int TILE_ROWS = REGISTERS == 32 ? 12 : 6;
constexpr int TILE_VECTORS = 2;

template <class T>
constexpr int TILE_COLUMNS = TILE_VECTORS * lanes<Vec<T>>;

enum class Finish {
    store,    // C = the sum
    descend,  // C −= rate · the sum: plain sgd, with C the weights
};

template <class T>
struct Tile {
    const T* a;              // A(r, k) = a[r · a_row + k · a_step]; one of the two is 1
    int64_t a_row, a_step;
    const T* b;              // B(k, j) = b[k · b_row + j]
    int64_t b_row, k;
    const T* start;          // start(r, j) = start[r · start_row + j]: zeros, the bias, C itself
    int64_t start_row;
    T* c;                    // C(r, j) = c[r · c_row + j]
    int64_t c_row;
    int columns;             // 1 ... NV · lanes; memory behind them is not touched
    Finish finish;
    T rate;
    T* panel;                // PACK: where B is written to, row by row, TILE_COLUMNS wide
};

// f(0), ..., f(N − 1), with the number known to the compiler: what is indexed by it stays in
// registers, where a loop that is unrolled later would leave it in memory.
template <int N, class F>
INLINE void times(F f) {
    [&]<int... I>(std::integer_sequence<int, I...>) INLINE_LAMBDA {
        (f(std::integral_constant<int, I>{}), ...);
    }(std::make_integer_sequence<int, N>{});
}

#define EACH [&](auto i) INLINE_LAMBDA

// Vector j of the NV of a row. EDGE: the last one is not full.
template <class V, int NV, bool EDGE>
INLINE V load_of_row(const Element<V>* row, int j, int columns) {
    const int before = j * lanes<V>;
    if (EDGE && j + 1 == NV) return load_part<V>(row + before, columns - before);
    return load<V>(row + before);
}

template <class V, int NV, bool EDGE>
INLINE void store_of_row(Element<V>* row, int j, V v, int columns) {
    const int before = j * lanes<V>;
    if (EDGE && j + 1 == NV) store_part(row + before, v, columns - before);
    else store(row + before, v);
}

// Where A(0 ... MR − 1, k) are. TOGETHER: side by side, as in a packed A and in Xᵀ. Else a row
// apart; a base for every third row and three offsets reach 12 rows with 7 integer registers.
template <class T, int MR, bool TOGETHER>
struct Broadcasts {
    static constexpr int BASES = TOGETHER ? 1 : (MR + 2) / 3;
    const T* base[BASES];
    int64_t offset[3], step;

    INLINE explicit Broadcasts(const Tile<T>& t) : step(TOGETHER ? t.a_step : 1) {
        for (int g = 0; g < BASES; g++) base[g] = t.a + 3 * g * t.a_row;
        for (int i = 0; i < 3; i++) offset[i] = i * t.a_row;
    }
    INLINE T at(int r) const {
        if constexpr (TOGETHER) return base[0][r];
        else return base[r / 3][offset[r % 3]];
    }
    INLINE void next() {
        // The next tile's numbers of this k, which are on their way while this one is computed.
        if constexpr (TOGETHER) __builtin_prefetch(base[0] + MR), base[0] += step;
        else for (int i = 0; i < 3; i++) offset[i]++;
    }
};

// Chains that are folded onto the first: sum[chain][row][vector] for SUMS of the last two.
template <int CHAINS, int SUMS, class V>
INLINE void fold_chains(V* sum) {
    for (int half = CHAINS / 2; half > 0; half /= 2)
        for (int i = 0; i < half * SUMS; i++) sum[i] += sum[i + half * SUMS];
}

template <class T, int MR, int NV, bool EDGE>
INLINE void finish_tile(const Tile<T>& t, Vec<T>* sum) {
    using V = Vec<T>;
    const auto c = [&](int i) INLINE_LAMBDA { return t.c + i / NV * t.c_row; };
    if (t.finish == Finish::descend)  // all of C first: a load just after a store that overlaps it
        times<MR * NV>(EACH {         // in part, as rows of 30 numbers have them, waits for it
            sum[i] = load_of_row<V, NV, EDGE>(c(i), i % NV, t.columns) - t.rate * sum[i];
        });
    times<MR * NV>(EACH { store_of_row<V, NV, EDGE>(c(i), i % NV, sum[i], t.columns); });
}

template <class T, int MR, int NV, bool TOGETHER, bool EDGE, bool PACK>
void tile(const Tile<T>& t) {
    using V = Vec<T>;
    constexpr int SUMS = MR * NV, CHAINS = SUMS >= 8 ? 1 : SUMS >= 4 ? 2 : SUMS >= 2 ? 4 : 8;
    V sum[CHAINS * SUMS]{};
    times<SUMS>(EACH {
        sum[i] = load_of_row<V, NV, EDGE>(t.start + i / NV * t.start_row, i % NV, t.columns);
    });
    Broadcasts<T, MR, TOGETHER> a(t);
    const T* from = t.b;
    T* panel = t.panel;
    const auto add = [&](auto chain) INLINE_LAMBDA {  // one k
        V b[NV];
        times<NV>(EACH { b[i] = load_of_row<V, NV, EDGE>(from, i, t.columns); });
        if constexpr (PACK) {
            times<NV>(EACH { store(panel + i * lanes<V>, b[i]); });
            panel += TILE_COLUMNS<T>;
        }
        times<MR>(EACH {
            const V x = all<V>(a.at(i));
            for (int j = 0; j < NV; j++) sum[chain * SUMS + i * NV + j] += x * b[j];
        });
        a.next(), from += t.b_row;
    };
    int64_t k = 0;
    for (; k + CHAINS <= t.k; k += CHAINS) times<CHAINS>(add);
    for (; k < t.k; k++) add(std::integral_constant<int, 0>{});
    fold_chains<CHAINS, SUMS>(sum);
    finish_tile<T, MR, NV, EDGE>(t, sum);
}

#undef EACH

}  // namespace chainrule::TARGET
