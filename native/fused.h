// What is done to a tile of a product while it lies in the first-level cache: a layer's activation
// and dropout on the way forward, their slopes on the way back, a weight's step.
#pragma once
#include "activations.h"
#include "optimizers.h"
#include "products.h"

namespace chainrule::TARGET {

// A layer, and where its numbers stand for a block of rows: row i at i · length.
template <class T>
struct Level {
    const Layer* layer;
    int64_t length;
    T* z;       // where a is, unless the slope needs z
    T* a;       // before dropout
    T* mask;    // what dropout multiplies by, or null
    T* handed;  // a · mask, or a
    T* d;       // da, then dz

    bool drops() const { return mask != nullptr; }
};

// Rows lie an odd number of cache lines apart: 12 of them, read side by side, then fall into 12
// different sets of the cache. Of units whose row is a power of two bytes they would fall into one.
template <class T>
INLINE int64_t row_length(int64_t units) {
    const int64_t lines = (units * (int64_t)sizeof(T) + 63) / 64;
    return (lines | 1) * 64 / (int64_t)sizeof(T);
}

// f(offset) for each vector of a tile in rows that are `length` apart. The last vector of a row may
// reach into the padding, which is never read into a result.
template <class T, class F>
INLINE void each_vector(const Place<T>& tile, int64_t length, F f) {
    constexpr int L = lanes<Vec<T>>;
    for (int64_t i = tile.row; i < tile.row + tile.rows; i++)
        for (int64_t j = tile.column; j < tile.column + tile.columns; j += L) f(i * length + j);
}

// a = f(z), and where the layer drops, a · mask. softmax needs whole rows, and comes later.
template <class T>
void activate_tile(const Level<T>& level, const Place<T>& tile, bool dropout) {
    using V = Vec<T>;
    const Activation its = level.layer->activation;
    if (its != Activation::identity || level.z != level.a)
        dispatch(its, [&]<Activation f>() INLINE_LAMBDA {
            each_vector(tile, level.length, [&](int64_t at) INLINE_LAMBDA {
                store(level.a + at, activate<f>(load<V>(level.z + at)));
            });
        });
    if (dropout && level.drops())
        each_vector(tile, level.length, [&](int64_t at) INLINE_LAMBDA {
            store(level.handed + at, load<V>(level.a + at) * load<V>(level.mask + at));
        });
}

// dz = da · mask · f′(z), in place.
template <class T>
void slope_tile(const Level<T>& level, const Place<T>& tile, bool dropout) {
    using V = Vec<T>;
    if (dropout && level.drops())
        each_vector(tile, level.length, [&](int64_t at) INLINE_LAMBDA {
            store(level.d + at, load<V>(level.d + at) * load<V>(level.mask + at));
        });
    if (level.layer->activation == Activation::identity) return;
    dispatch(level.layer->activation, [&]<Activation f>() INLINE_LAMBDA {
        each_vector(tile, level.length, [&](int64_t at) INLINE_LAMBDA {
            const V z = keeps_z(f) ? load<V>(level.z + at) : V{};
            store(level.d + at, load<V>(level.d + at) * slope<f>(z, load<V>(level.a + at)));
        });
    });
}

// The step of the weights that a tile of dW belongs to; `first` is the place of W(0, 0).
template <class T>
void move_tile(const Move<T>& move, Numbers<T> numbers, int64_t first, int64_t units,
               const Place<T>& tile) {
    with_rule(move.optimizer, move.on_weights, [&]<Optimizer rule, bool weighed>() INLINE_LAMBDA {
        for (int64_t r = 0; r < tile.rows; r++) {
            const int64_t at = first + (tile.row + r) * units + tile.column;
            move_all<rule, weighed>(move, numbers.theta + at, tile.at + r * tile.step,
                                    numbers.m ? numbers.m + at : nullptr,
                                    numbers.v ? numbers.v + at : nullptr, tile.columns);
        }
    });
}

// to[j] = Σᵢ d(i, j), or += : db. Four vectors of columns at a time, so that sums don't wait.
template <class T>
void sum_columns(const T* d, int64_t length, int64_t rows, int64_t columns, bool adds, T* to) {
    using V = Vec<T>;
    constexpr int L = lanes<V>;
    for (int64_t j = 0; j < columns; j += 4 * L) {
        const int64_t left = columns - j;
        V sums[4]{};
        for (int64_t i = 0; i < rows; i++)
            times<4>([&](auto c) INLINE_LAMBDA {
                if (c * L < left) sums[c] += load<V>(d + i * length + j + c * L);
            });
        times<4>([&](auto c) INLINE_LAMBDA {
            const int64_t here = left - c * L;
            if (here <= 0) return;
            T* const at = to + j + c * L;
            const int count = here < L ? (int)here : L;
            store_part(at, adds ? sums[c] + load_part<V>(at, count) : sums[c], count);
        });
    }
}

}  // namespace chainrule::TARGET
