// A group of networks, one a lane, and the steps that they take together.
#pragma once
#include "clock.h"
#include "course.h"
#include "kernels.h"
#include "lane_rows.h"
#include "small.h"

namespace chainrule::TARGET {

// What a thread needs while it works on a group. Kept by seat, not by group: with a thousand
// networks it stays in the cache.
template <class T>
class Desk {
    using V = Vec<T>;
    static constexpr int L = lanes<V>;
    static constexpr int64_t LOOK_ROWS = 64;  // of online steps, some 4 µs, between two looks

  public:
    Desk(const Plan& plan, const Rows<T>& rows, Arena& arena, Halt& halt)
        : plan_(plan), data_(rows), halt_(halt), stages_(plan, arena),
          rows_(plan, rows, arena, halt), columns_(plan.inputs() + stages_.answers() + 1) {
        int64_t fit = FIRST_CACHE / ((stages_.room + columns_ + 1) * (int64_t)sizeof(V));
        block_ = fit < ALONG ? ALONG : fit > 64 ? 64 : fit / ALONG * ALONG;
        if (block_ > rows_.most()) block_ = rows_.most();
        scratch_ = take<V>(arena, (stages_.room + columns_ + 1) * block_);
        slopes_ = take<V>(arena, plan.parameters);
        drops_ = take<T>(arena, stages_.widest_drop * block_);
    }

    int64_t per_epoch() const { return rows_.per_epoch(); }

    // The networks that are worked on from now on: `networks` of them from number `from`.
    void begin(const Seeds& seeds, int64_t from, int64_t networks) {
        rows_.begin(seeds, from, networks);
        for (int64_t lane = 0; lane < L; lane++) {
            int64_t network = from + (lane < networks ? lane : networks - 1);
            rates_[lane] = seeds.learning_rates[network];
            streams_[lane] = seeds.drops ? seeds.drops + network * stages_.depth : nullptr;
        }
    }

    // Steps number from + 1 ... to after `first`: up to which of them they were made, all or less.
    int64_t steps(int64_t first, int64_t from, int64_t to, const double* factors, V* theta, V* m,
                  V* v) {
        int64_t i = from;
        while (i < to && !leaves(LOOK_ROWS)) {
            const int64_t few = i + (LOOK_ROWS + rows_.most() - 1) / rows_.most();
            const int64_t until = few < to ? few : to;
            while (i < until && step(first + i + 1, factors[i], theta, m, v)) i++;
            if (i < until) break;
        }
        return i;
    }

    // Σ count · loss over all rows, lane by lane. False: told to end before the last.
    bool losses_of(const V* theta, double* total) {
        V* of = scratch_ + (stages_.room + columns_) * block_;
        T k = (T)each_output(plan_);
        for (int64_t place = 0; place < data_.n; place += block_) {
            if (leaves(block_)) return false;
            rows_.choose_plain(place, block_ < data_.n - place ? block_ : data_.n - place);
            Block<V, V> block = block_at(0, all<V>(1), theta, false);
            forward(block, false);
            losses(block, of);
            for (int64_t r = 0; r < block.vectors; r++)
                for (int lane = 0; lane < L; lane++)
                    total[lane] += (double)(block.share[r][lane] * of[r][lane] * k);
        }
        return true;
    }

  private:
    // False: told to end before a number moved, and none has.
    bool step(int64_t t, double factor, V* theta, V* m, V* v) {
        if (!rows_.choose(t)) return false;
        V size = rows_.size(), share = share_of(size);
        for (int64_t start = 0; start < rows_.n(); start += block_) {
            if (start > 0 && leaves(block_)) return false;
            Block<V, V> block = block_at(start, share, theta, streams_[0] != nullptr);
            if (block.dropout)
                draw(block, (uint128)(t - 1) * (uint128)plan_.batch_size + (uint128)start);
            forward(block, false);
            loss_slopes(block);
            backward(block);
        }
        update(move_at(t, factor, size), theta, m, v);
        return true;
    }

    // Whether to leave, after so many rows.
    bool leaves(int64_t rows) {
        return halt_.look((double)(rows * L) * (6.0 * plan_.parameters + 20.0 * stages_.room));
    }

    // What a row counts, or where rows have counts, what a count of 1 does.
    V share_of(V size) const {
        V ones = all<V>(1);
        return (T)each_output(plan_) / (plan_.batch_mean ? size == 0 ? ones : size : ones);
    }

    Block<V, V> block_at(int64_t start, V share, const V* theta, bool dropout) {
        int64_t count = block_ < rows_.n() - start ? block_ : rows_.n() - start;
        V* x = scratch_ + stages_.room * block_;
        V *y = x + plan_.inputs() * count, *shares = y + stages_.answers() * count;
        rows_.pick(data_.x, plan_.inputs(), start, count, x);
        if (data_.labels) rows_.pick(data_.labels, 1, start, count, y);
        else rows_.pick(data_.y, plan_.outputs(), start, count, y);
        if (data_.counts) rows_.pick(data_.counts, 1, start, count, shares);
        for (int64_t i = 0; i < count; i++) shares[i] = data_.counts ? shares[i] * share : share;
        return {stages_, count, x, y, shares, theta, scratch_, slopes_, start == 0, dropout};
    }

    void draw(const Block<V, V>& block, uint128 drawn) {
        for (int64_t l = 0; l < stages_.depth; l++) {
            const Stage& s = stages_.stage[l];
            if (!s.drops) continue;
            Layer layer = *s.layer;
            for (int lane = 0; lane < L; lane++) {
                layer.drops = streams_[lane][l];
                drop_mask(layer, drawn, block.vectors, drops_, s.units);
                T* to = (T*)block.at(s.mask) + lane;
                for (int64_t j = 0; j < s.units; j++)
                    for (int64_t r = 0; r < block.vectors; r++)
                        to[(j * block.vectors + r) * L] = drops_[r * s.units + j];
            }
        }
    }

    // One step's update, prepared: what differs from network to network as vectors.
    Move<T, V> move_at(int64_t t, double factor, V size) const {
        Move<T> one = move_of<T>(plan_, t, 0, 1);
        V rate, kept, shrunk, share = all<V>(1);
        for (int lane = 0; lane < L; lane++) {
            double its = rates_[lane] * factor;
            rate[lane] = (T)its;
            kept[lane] = (T)(1 - its * plan_.decay);
            shrunk[lane] = (T)(1 - its * plan_.optimizer_decay);
        }
        if (plan_.penalty_over_batch) share = size > 0 ? 1 / size : V{};
        return {.optimizer = one.optimizer, .on_weights = one.on_weights, .beta1 = one.beta1,
                .beta2 = one.beta2, .eps = one.eps, .rest1 = one.rest1, .rest2 = one.rest2,
                .mend1 = one.mend1, .mend2 = one.mend2, .rate = rate,
                .l1 = (T)plan_.l1 * share, .l2 = (T)plan_.l2 * share, .kept = kept,
                .shrunk = shrunk, .scale = all<V>(1)};
    }

    void update(Move<T, V> move, V* theta, V* m, V* v) {
        if (plan_.clip_norm < UNLIMITED) clip(move, theta);
        moving(plan_, move.on_weights, [&](int64_t first, int64_t count, bool weights) {
            bool weighed = weights && move.on_weights;
            with_rule(plan_.optimizer, weighed, [&]<Optimizer rule, bool weighed>() {
                for (int64_t p = first; p < first + count; p++) {
                    V none{};
                    theta[p] = moved<rule, weighed>(move, theta[p], slopes_[p], m ? m[p] : none,
                                                    v ? v[p] : none);
                }
            });
        });
    }

    // Penalties belong to the gradient that is clipped; each network has a norm of its own.
    void clip(Move<T, V>& move, const V* theta) {
        if (move.on_weights)
            moving(plan_, true, [&](int64_t first, int64_t count, bool weights) {
                for (int64_t p = first; weights && p < first + count; p++)
                    slopes_[p] += penalty_slope(move, theta[p]);
            });
        move.l1 = move.l2 = V{};
        for (int lane = 0; lane < L; lane++) move.scale[lane] = (T)clip_scale_of(lane);
    }

    double clip_scale_of(int lane) const {
        double length = length_of_lane(lane, 1), most = 0;
        if (length == UNLIMITED) {
            moving(plan_, false, [&](int64_t first, int64_t count, bool) {
                for (int64_t p = first; p < first + count; p++) {
                    double g = __builtin_fabs(slopes_[p][lane]);
                    most = most < g ? g : most;
                }
            });
            if (most < UNLIMITED) return plan_.clip_norm / most / length_of_lane(lane, 1 / most);
        }
        return length > plan_.clip_norm ? plan_.clip_norm / length : 1;
    }

    double length_of_lane(int lane, double scaled) const {
        double squares = 0;
        moving(plan_, false, [&](int64_t first, int64_t count, bool) {
            for (int64_t p = first; p < first + count; p++) {
                double g = (double)slopes_[p][lane] * scaled;
                squares += g * g;
            }
        });
        return __builtin_sqrt(squares);
    }

    const Plan& plan_;
    Rows<T> data_;
    Halt& halt_;
    Stages stages_;
    LaneRows<T> rows_;
    int64_t columns_, block_;  // of a row: inputs, answers, share; rows of a block
    V *scratch_, *slopes_;
    T* drops_;
    const Stream* streams_[L] = {};
    double rates_[L];
};

}  // namespace chainrule::TARGET
