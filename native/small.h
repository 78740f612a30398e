// A small network and a block of samples: forward, the loss, and back.
//
// A Vec has one number for each of its lanes; `vectors` of them stand side by side for each input
// and unit. Lanes are samples (lanes.h: weights are plain numbers, W = T, and every lane takes the
// same one) or networks (many.h: weights are vectors, W = V). The code is the same.
#pragma once
#include "losses.h"
#include "stages.h"

namespace chainrule::TARGET {

// A tile of a product holds ACROSS units × ALONG vectors of sums in registers: 16 chains of 4
// cycles each keep two multipliers busy twice over, and every weight serves ALONG vectors.
constexpr int ACROSS = 4, ALONG = REGISTERS == 32 ? 4 : 2;

// What is done to one block of samples, and what comes of it.
template <class V, class W>
struct Block {
    const Stages& stages;
    int64_t vectors;   // of samples
    const V* x;        // (inputs, vectors)
    const V* y;        // (answers, vectors); labels as numbers
    const V* share;    // (vectors,) what each sample's loss and slope count: 0 for those not there
    const W* theta;
    V* scratch;        // (room, vectors); the masks of layers with dropout stand there already
    V* slopes;         // (parameters,) lane by lane
    bool first;        // slopes are written, else added to
    bool dropout;

    V* at(int64_t place) const { return scratch + place * vectors; }
    V* handed(const Stage& s) const { return at(dropout ? s.handed : s.a); }
    const V* into(int64_t l) const { return l ? handed(stages.stage[l - 1]) : x; }
};

// J × K vectors of  to[j] = start[j] + Σᵢ from[i] · w[i · in + j · out].
template <int J, int K, class V, class W>
INLINE void product_tile(const V* from, int64_t n, const W* w, int64_t in, int64_t out,
                         const W* start, int64_t start_step, int64_t vectors, V* to) {
    V sum[J][K];
    for (int j = 0; j < J; j++)
        for (int k = 0; k < K; k++) sum[j][k] = start ? V{} + start[j * start_step] : V{};
    for (int64_t i = 0; i < n; i++, w += in)
        for (int j = 0; j < J; j++)
            for (int k = 0; k < K; k++) sum[j][k] += w[j * out] * from[i * vectors + k];
    for (int j = 0; j < J; j++)
        for (int k = 0; k < K; k++) to[j * vectors + k] = sum[j][k];
}

// All vectors of J units.
template <int J, class V, class W>
INLINE void product_row(const V* from, int64_t n, const W* w, int64_t in, int64_t out,
                        const W* start, int64_t start_step, int64_t vectors, V* to) {
    int64_t k = 0;
    for (; k + ALONG <= vectors; k += ALONG)
        product_tile<J, ALONG>(from + k, n, w, in, out, start, start_step, vectors, to + k);
    for (; k < vectors; k++)
        product_tile<J, 1>(from + k, n, w, in, out, start, start_step, vectors, to + k);
}

// (units, vectors) from (n, vectors): forward with the steps of W, back with those of Wᵀ.
template <class V, class W>
INLINE void product(const V* from, int64_t n, const W* w, int64_t in, int64_t out, const W* start,
                    int64_t start_step, int64_t units, int64_t vectors, V* to) {
    int64_t j = 0;
    auto rows = [&]<int J>() INLINE_LAMBDA {
        product_row<J>(from, n, w + j * out, in, out, start ? start + j * start_step : start,
                       start_step, vectors, to + j * vectors);
        j += J;
    };
    while (j + ACROSS <= units) rows.template operator()<ACROSS>();
    if (j + 2 <= units) rows.template operator()<2>();
    if (j < units) rows.template operator()<1>();
}

// Softmax and its loss mix the units: f(z, to) is called for one vector of samples at a time, with
// its units side by side. `from` may be `to`.
template <class V, class W, class F>
INLINE void by_column(const Block<V, W>& block, const V* from, V* to, F f) {
    int64_t units = block.stages.last().units;
    V *z = block.at(block.stages.column), *made = z + units;
    for (int64_t k = 0; k < block.vectors; k++) {
        for (int64_t j = 0; j < units; j++) z[j] = from[j * block.vectors + k];
        f(k, z, made);
        for (int64_t j = 0; j < units; j++) to[j * block.vectors + k] = made[j];
    }
}

// a = f(z) of a layer.
template <class V, class W>
INLINE void activate_layer(const Stage& s, const Block<V, W>& block) {
    const V* z = block.at(s.z);
    V* a = block.at(s.a);
    if (s.activation == Activation::softmax) {
        by_column(block, z, a, [&](int64_t, const V* z, V* a) { softmax_lanes(z, a, s.units); });
        return;
    }
    dispatch(s.activation, [&]<Activation f>() INLINE_LAMBDA {
        int64_t n = s.units * block.vectors, k = 0;
        for (; k + 4 <= n; k += 4) {  // four at a time: their chains overlap
            V four[4];
            for (int c = 0; c < 4; c++) four[c] = activate<f>(z[k + c]);
            for (int c = 0; c < 4; c++) a[k + c] = four[c];
        }
        for (; k < n; k++) a[k] = activate<f>(z[k]);
    });
}

// Forward through all layers. `to_the_end`: the last layer's a is made even where the loss is on z.
template <class V, class W>
void forward(const Block<V, W>& block, bool to_the_end) {
    for (int64_t l = 0; l < block.stages.depth; l++) {
        const Stage& s = block.stages.stage[l];
        const W* b = s.bias == Bias::none ? nullptr : block.theta + s.b;
        product(block.into(l), s.fan_in, block.theta + s.W, s.units, (int64_t)1, b,
                (int64_t)(s.bias == Bias::unit), s.units, block.vectors, block.at(s.z));
        bool last = l + 1 == block.stages.depth;
        if (last && block.stages.plan.loss_on_z && !to_the_end) return;
        activate_layer(s, block);
        if (block.dropout && s.drops)
            for (int64_t k = 0; k < s.units * block.vectors; k++)
                block.at(s.handed)[k] = block.at(s.a)[k] * block.at(s.mask)[k];
    }
}

// dz = da · mask · f′(z), in place.
template <class V, class W>
INLINE void slope_layer(const Stage& s, const Block<V, W>& block) {
    const V *z = block.at(s.z), *a = block.at(s.a), *mask = block.at(s.mask);
    V* d = block.at(s.d);
    int64_t n = s.units * block.vectors;
    if (block.dropout && s.drops)
        for (int64_t k = 0; k < n; k++) d[k] *= mask[k];
    if (s.activation == Activation::softmax) {
        by_column(block, d, d, [&](int64_t k, V* d, V* dz) {
            for (int64_t j = 0; j < s.units; j++) dz[j] = a[j * block.vectors + k];
            softmax_backward_lanes(d, dz, dz, s.units);
        });
        return;
    }
    dispatch(s.activation, [&]<Activation f>() INLINE_LAMBDA {
        for (int64_t k = 0; k < n; k++) d[k] *= slope<f>(z[k], a[k]);
    });
}

// A tile of dW, I inputs × J units: Σ over samples x dz, kept in registers over the block.
template <int I, int J, class V>
INLINE void slopes_tile(const V* x, const V* d, int64_t vectors, bool first, V* to, int64_t row) {
    V sum[I][J];
    for (int i = 0; i < I; i++)
        for (int j = 0; j < J; j++) sum[i][j] = first ? V{} : to[i * row + j];
    for (int64_t k = 0; k < vectors; k++)
        for (int i = 0; i < I; i++)
            for (int j = 0; j < J; j++) sum[i][j] += x[i * vectors + k] * d[j * vectors + k];
    for (int i = 0; i < I; i++)
        for (int j = 0; j < J; j++) to[i * row + j] = sum[i][j];
}

template <int I, class V>
INLINE void slopes_row(const V* x, const V* d, int64_t vectors, bool first, V* to, int64_t units) {
    int64_t j = 0;
    auto tile = [&]<int J>() INLINE_LAMBDA {
        slopes_tile<I, J>(x, d + j * vectors, vectors, first, to + j, units);
        j += J;
    };
    while (j + 4 <= units) tile.template operator()<4>();
    if (j + 2 <= units) tile.template operator()<2>();
    if (j < units) tile.template operator()<1>();
}

// dW = xᵀ dz of one layer.
template <class V, class W>
INLINE void weight_slopes(const Block<V, W>& block, const Stage& s, const V* x) {
    int64_t i = 0;
    auto row = [&]<int I>() INLINE_LAMBDA {
        slopes_row<I>(x + i * block.vectors, block.at(s.d), block.vectors, block.first,
                      block.slopes + s.W + i * s.units, s.units);
        i += I;
    };
    while (i + ALONG <= s.fan_in) row.template operator()<ALONG>();
    if (ALONG > 2 && i + 2 <= s.fan_in) row.template operator()<2>();
    if (i < s.fan_in) row.template operator()<1>();
}

// db = Σ dz; a shared b moved all units.
template <class V, class W>
INLINE void bias_slopes(const Block<V, W>& block, const Stage& s) {
    if (s.bias == Bias::none) return;
    const V* d = block.at(s.d);
    V* to = block.slopes + s.b;
    int64_t step = s.bias == Bias::unit;
    for (int64_t j = 0; j < s.units; j++) {
        V sum = block.first && (step || j == 0) ? V{} : to[j * step];
        for (int64_t k = 0; k < block.vectors; k++) sum += d[j * block.vectors + k];
        to[j * step] = sum;
    }
}

// From the loss's slope, which stands in the last layer's d, back to the first layer.
template <class V, class W>
void backward(const Block<V, W>& block) {
    const Stages& stages = block.stages;
    if (!stages.plan.loss_on_z) slope_layer(stages.last(), block);
    for (int64_t l = stages.depth - 1;; l--) {
        const Stage& s = stages.stage[l];
        weight_slopes(block, s, block.into(l));
        bias_slopes(block, s);
        if (l == 0) return;
        const Stage& below = stages.stage[l - 1];
        product(block.at(s.d), s.units, block.theta + s.W, (int64_t)1, s.units, (const W*)nullptr,
                (int64_t)0, s.fan_in, block.vectors, block.at(below.d));
        slope_layer(below, block);
    }
}

template <class V, class W>
INLINE LaneAnswers<V> labels_of(const Block<V, W>& block, int64_t k) {
    return {nullptr, __builtin_convertvector(block.y[k], Mask<V>), block.share[k], ~Mask<V>{}};
}

// The loss's slope by the last layer's z or a, as it counts in the batch.
template <class V, class W>
void loss_slopes(const Block<V, W>& block) {
    const Plan& plan = block.stages.plan;
    const Stage& s = block.stages.last();
    const V *q = block.at(plan.loss_on_z ? s.z : s.a), *y = block.y;
    V* d = block.at(s.d);
    if (plan.loss == Loss::softmax_cross_entropy)
        return by_column(block, q, d, [&](int64_t k, const V* z, V* d) {
            loss_lanes(plan, z, labels_of(block, k), d, false);
        });
    dispatch(plan.loss, [&]<Loss l>() INLINE_LAMBDA {
        for (int64_t j = 0; j < s.units; j++)
            for (int64_t k = 0; k < block.vectors; k++, q++, y++, d++)
                *d = slope<l>(*q, *y, (Element<V>)plan.loss_setting) * block.share[k];
    });
}

// The loss of each sample, (vectors,): the sum of its outputs' shares.
template <class V, class W>
void losses(const Block<V, W>& block, V* of) {
    const Plan& plan = block.stages.plan;
    const Stage& s = block.stages.last();
    const V *q = block.at(plan.loss_on_z ? s.z : s.a), *y = block.y;
    if (plan.loss == Loss::softmax_cross_entropy)
        return by_column(block, q, block.at(s.d), [&](int64_t k, const V* z, V* d) {
            of[k] = loss_lanes(plan, z, labels_of(block, k), d, true);
        });
    dispatch(plan.loss, [&]<Loss l>() INLINE_LAMBDA {
        for (int64_t k = 0; k < block.vectors; k++) of[k] = V{};
        for (int64_t j = 0; j < s.units; j++)
            for (int64_t k = 0; k < block.vectors; k++, q++, y++)
                of[k] += share<l>(*q, *y, (Element<V>)plan.loss_setting);
    });
}

}  // namespace chainrule::TARGET
