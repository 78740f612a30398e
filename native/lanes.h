// Small networks: samples in SIMD lanes.
//
// A layer of 4 units fills a quarter of a register of 16 floats, but 16 samples fill it wholly, and
// all that is done to one sample is done to its neighbours by the same instructions. So rows are
// turned into columns once, a block of samples goes through all layers while it lies in the first
// cache, and gradients stay vectors until the end, when their lanes are added up.
#pragma once
#include <new>

#include "clock.h"
#include "columns.h"
#include "costs.h"
#include "feed.h"
#include "pool.h"
#include "small.h"

namespace chainrule::TARGET {

constexpr int64_t FIRST_CACHE = 24 << 10;    // bytes that a block may fill: half the first cache
constexpr int64_t KEPT = 1 << 20;            // bytes of columns kept: what the second cache holds
constexpr int64_t PARTS = 32;                // that the blocks of a batch are spread over, at most
constexpr int64_t PART_WORK = 1ll << 22;     // flops: 30 µs or more, ten times what waking costs

// A network whose samples lie L to a vector.
template <class T, int L>
class LanesOf {
    using V = Vec<T, L>;

  public:
    LanesOf(const Plan& plan, int64_t most_rows, Arena& arena, Pool& pool, Halt& halt)
        : plan_(plan), pool_(pool), halt_(halt), stages_(plan, arena),
          columns_(plan.inputs() + stages_.answers() + 1), most_(most_rows) {
        int64_t each = (stages_.room + columns_ + 1) * (int64_t)sizeof(V);
        block_ = larger_of(ALONG, smaller_of(16, FIRST_CACHE / each / ALONG * ALONG));
        block_ = smaller_of(block_, vectors_of(most_rows));
        int64_t parts = parts_of(most_rows), whole = blocks_of(most_rows) * block_ * columns_;
        slopes_ = take<V>(arena, parts * padded());
        sums_ = take<T>(arena, parts * plan.parameters);
        losses_ = take<double>(arena, parts);
        scratch_ = take<V>(arena, parts * scratch());
        if (plan.batch_size >= most_rows && !plan.shuffle && whole * (int64_t)sizeof(V) <= KEPT)
            kept_ = take<V>(arena, whole);
    }

    void slopes(const T* theta, const Batch<T>& batch, T* gradient, double* loss, bool dropout) {
        int64_t parts = parts_of(batch.n);
        const double share = share_of(batch);
        auto part = [&](int64_t p) {
            T* to = p ? sums_ + p * plan_.parameters : gradient;
            part_slopes(p, parts, theta, batch, share, to, loss ? losses_ + p : nullptr, dropout);
        };
        if (parts == 1) part(0);
        else each(pool_, parts, part);
        kept_filled_ = true;
        add_up(parts, gradient, loss);
    }

    void forward(const T* theta, const Batch<T>& batch, T* a, T* per_row) {
        int64_t parts = parts_of(batch.n);
        auto part = [&](int64_t p) { part_forward(p, parts, theta, batch, a, per_row); };
        if (parts == 1) part(0);
        else each(pool_, parts, part);
    }

  private:
    static int64_t smaller_of(int64_t a, int64_t b) { return a < b ? a : b; }
    static int64_t larger_of(int64_t a, int64_t b) { return a > b ? a : b; }
    static int64_t vectors_of(int64_t n) { return (n + L - 1) / L; }
    int64_t blocks_of(int64_t n) const { return (vectors_of(n) + block_ - 1) / block_; }
    int64_t padded() const { return (plan_.parameters + L - 1) / L * L; }

    // Of one part: the block's numbers, its rows as columns, a loss a sample, and drawn masks.
    int64_t scratch() const { return (stages_.room + columns_ + 1 + stages_.widest_drop) * block_; }

    double flops_of_row() const { return 6.0 * plan_.parameters + 20.0 * stages_.room; }

    // Before block k: whether to leave. A part's first block is begun anyway, for most steps of a
    // small network have no other.
    bool leaves(int64_t k, int64_t from) {
        return k > from && halt_.look((double)(block_ * L) * flops_of_row());
    }

    // How many parts a batch is cut into depends on its shape alone: so do the bits of its sums.
    int64_t parts_of(int64_t n) const {
        double flops = (double)n * flops_of_row();
        int64_t parts = (int64_t)smaller_of((int64_t)(flops / PART_WORK), PARTS);
        return larger_of(1, smaller_of(parts, blocks_of(n)));
    }

    // What a sample counts, or where samples have counts, what a count of 1 does: in double, for
    // counts may be so small that one over their sum is no float.
    double share_of(const Batch<T>& batch) const {
        return each_row(plan_, batch.n, batch.counts) * each_output(plan_);
    }

    struct Rows {
        int64_t start, n, vectors;
        V *x, *y, *share;
    };

    // The k-th block of a batch; its rows are turned into columns, unless they are there already.
    Rows rows_of(int64_t k, int64_t part, const Batch<T>& batch, bool keep) {
        int64_t start = k * block_ * L, n = smaller_of(block_ * L, batch.n - start);
        int64_t vectors = vectors_of(n);
        V* x = keep ? kept_ + k * block_ * columns_
                    : scratch_ + part * scratch() + stages_.room * block_;
        V* y = x + plan_.inputs() * vectors;
        return {start, n, vectors, x, y, y + stages_.answers() * vectors};
    }

    void fill(const Rows& rows, const Batch<T>& batch, double share) {
        int64_t samples = rows.vectors * L;
        int64_t inputs = plan_.inputs(), outputs = plan_.outputs();
        into_lanes(batch.x + rows.start * inputs, rows.n, inputs, samples, (T*)rows.x);
        if (batch.labels)
            for (int64_t i = 0; i < samples; i++)
                ((T*)rows.y)[i] = (T)batch.labels[rows.start + (i < rows.n ? i : rows.n - 1)];
        else if (batch.y)
            into_lanes(batch.y + rows.start * outputs, rows.n, outputs, samples, (T*)rows.y);
        T* to = (T*)rows.share;
        for (int64_t i = 0; i < samples; i++)
            to[i] = i >= rows.n    ? 0
                    : batch.counts ? (T)(share * (double)batch.counts[rows.start + i])
                                   : (T)share;
    }

    Block<V, T> block_for(const Rows& rows, int64_t part, const T* theta, bool dropout) {
        return {stages_, rows.vectors, rows.x, rows.y, rows.share, theta,
                scratch_ + part * scratch(), slopes_ + part * padded(), true, dropout};
    }

    void draw(const Block<V, T>& block, const Rows& rows, uint128 drawn) {
        T* drops = (T*)(block.scratch + (stages_.room + columns_ + 1) * block_);
        for (int64_t l = 0; l < stages_.depth; l++) {
            const Stage& s = stages_.stage[l];
            if (!s.drops) continue;
            drop_mask(*s.layer, drawn + rows.start, rows.n, drops, s.units);
            into_lanes(drops, rows.n, s.units, rows.vectors * L, (T*)block.at(s.mask));
        }
    }

    void part_slopes(int64_t p, int64_t parts, const T* theta, const Batch<T>& batch, double share,
                     T* gradient, double* loss, bool dropout) {
        int64_t blocks = blocks_of(batch.n), from = p * blocks / parts;
        if (loss) *loss = 0;
        for (int64_t k = from; k < (p + 1) * blocks / parts && !leaves(k, from); k++) {
            Rows rows = rows_of(k, p, batch, kept_);
            if (!kept_ || !batch.same || !kept_filled_) fill(rows, batch, share);
            Block<V, T> block = block_for(rows, p, theta, dropout);
            block.first = k == from;
            if (dropout) draw(block, rows, batch.drawn);
            TARGET::forward(block, false);
            if (loss) *loss += loss_of(block, p);
            loss_slopes(block);
            backward(block);
        }
        sum_each(slopes_ + p * padded(), plan_.parameters, gradient);
    }

    V* losses_of(const Block<V, T>& block, int64_t part) {
        V* of = scratch_ + part * scratch() + (stages_.room + columns_) * block_;
        losses(block, of);
        return of;
    }

    double loss_of(const Block<V, T>& block, int64_t part) {
        const V* of = losses_of(block, part);
        V total{};
        for (int64_t k = 0; k < block.vectors; k++)
            total += block.share[k] != 0 ? block.share[k] * of[k] : V{};
        return sum(total);
    }

    // Pairs, pairs of pairs, ...: the same tree for any number of threads.
    void add_up(int64_t parts, T* gradient, double* loss) {
        auto at = [&](int64_t p) { return p ? sums_ + p * plan_.parameters : gradient; };
        for (int64_t step = 1; step < parts; step *= 2)
            for (int64_t p = 0; p + step < parts; p += 2 * step) {
                T *to = at(p), *more = at(p + step);
                for (int64_t i = 0; i < plan_.parameters; i++) to[i] += more[i];
                if (loss) losses_[p] += losses_[p + step];
            }
        if (loss) *loss = losses_[0];
    }

    void part_forward(int64_t p, int64_t parts, const T* theta, const Batch<T>& batch, T* a,
                      T* per_row) {
        int64_t blocks = blocks_of(batch.n), outputs = plan_.outputs(), from = p * blocks / parts;
        T k_outputs = plan_.outputs_mean && !plan_.labels ? (T)outputs : 1;
        for (int64_t k = from; k < (p + 1) * blocks / parts && !leaves(k, from); k++) {
            Rows rows = rows_of(k, p, batch, false);
            fill(rows, batch, 1);
            Block<V, T> block = block_for(rows, p, theta, false);
            TARGET::forward(block, true);
            transpose((const T*)block.at(stages_.last().a), outputs, rows.n, rows.vectors * L,
                      a + rows.start * outputs, outputs);
            if (!per_row) continue;
            const T* of = (const T*)losses_of(block, p);
            for (int64_t i = 0; i < rows.n; i++) per_row[rows.start + i] = of[i] / k_outputs;
        }
    }

    const Plan& plan_;
    Pool& pool_;
    Halt& halt_;
    Stages stages_;
    int64_t columns_, most_, block_;  // of a row: inputs, answers, share; rows; vectors of a block
    V *slopes_, *scratch_, *kept_ = nullptr;
    T* sums_;
    double* losses_;
    bool kept_filled_ = false;
};

// The path that course.h takes: vectors as wide as the batch asks for.
template <class T>
class Lanes {
    static constexpr int MOST = WIDTH / sizeof(T), LEAST = 16 / sizeof(T);

  public:
    static constexpr bool fuses = false;
    static bool suits(const Plan& plan, int64_t batch) {
        return cost_by_lanes<T>(plan, batch) < cost_by_rows<T>(plan, batch);
    }

    Lanes(const Plan& plan, int64_t most_rows, Arena& arena, Pool& pool, Halt& halt)
        : lanes_(lanes_for<T>(most_rows)) {
        with([&]<int L>() {
            net_ = new (arena.bytes(sizeof(LanesOf<T, L>)))
                LanesOf<T, L>(plan, most_rows, arena, pool, halt);
        });
    }

    void slopes(const T* theta, const Batch<T>& batch, T* gradient, double* loss, bool dropout) {
        with([&]<int L>() {
            ((LanesOf<T, L>*)net_)->slopes(theta, batch, gradient, loss, dropout);
        });
    }

    void forward(const T* theta, const Batch<T>& batch, T* a, T* per_row) {
        with([&]<int L>() { ((LanesOf<T, L>*)net_)->forward(theta, batch, a, per_row); });
    }

  private:
    template <class F>
    INLINE void with(F f) {
        if constexpr (MOST >= 4 * LEAST)
            if (lanes_ == 4 * LEAST) return f.template operator()<4 * LEAST>();
        if constexpr (MOST >= 2 * LEAST)
            if (lanes_ == 2 * LEAST) return f.template operator()<2 * LEAST>();
        f.template operator()<LEAST>();
    }

    int64_t lanes_;
    void* net_;
};

}  // namespace chainrule::TARGET
