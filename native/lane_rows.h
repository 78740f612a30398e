// The rows that each network of a group sees in a step: each has an order of its own.
#pragma once
#include <new>

#include "feed.h"
#include "kernels.h"
#include "vector.h"

namespace chainrule::TARGET {

// θ, m or v of up to L networks, number by number; the lanes behind the last repeat it.
template <class V>
void into_networks(const Element<V>* flat, int64_t networks, int64_t numbers, V* to) {
    for (int64_t p = 0; p < numbers; p++)
        for (int64_t lane = 0; lane < lanes<V>; lane++) {
            int64_t network = lane < networks ? lane : networks - 1;
            ((Element<V>*)to)[p * lanes<V> + lane] = flat[network * numbers + p];
        }
}

template <class V>
void out_of_networks(const V* from, int64_t networks, int64_t numbers, Element<V>* flat) {
    for (int64_t lane = 0; lane < networks; lane++)
        for (int64_t p = 0; p < numbers; p++)
            flat[lane * numbers + p] = ((const Element<V>*)from)[p * lanes<V> + lane];
}

// Rows of a step, a network a lane. Where rows aren't shuffled, all lanes see the same.
template <class T>
class LaneRows {
    using V = Vec<T>;
    static constexpr int L = lanes<V>;

  public:
    LaneRows(const Plan& plan, const Rows<T>& rows, Arena& arena, Halt& halt)
        : plan_(plan), rows_(rows), halt_(halt), batch_(plan.batch_size < rows.n ? plan.batch_size : rows.n),
          per_epoch_((rows.n + batch_ - 1) / batch_), shuffled_(plan.shuffle) {
        if (!shuffled_) return;
        chosen_ = take<int64_t>(arena, L * batch_);
        for (Order*& order : orders_)
            order = new (arena.bytes(sizeof(Order))) Order(plan.order, rows.n, arena);
    }

    int64_t per_epoch() const { return per_epoch_; }
    int64_t most() const { return batch_; }
    int64_t n() const { return n_; }

    // The orders of `networks` networks from number `from`; lanes behind the last repeat it. A lane
    // whose stream is its neighbour's (a grid of learning rates) takes over the neighbour's order.
    void begin(const Seeds& seeds, int64_t from, int64_t networks) {
        shuffled_ = plan_.shuffle;
        const Stream* before = nullptr;
        for (int64_t lane = 0; shuffled_ && lane < L; lane++) {
            const Stream& order = seeds.orders[from + (lane < networks ? lane : networks - 1)];
            repeats_[lane] = before && std::memcmp(before, &order, sizeof order) == 0;
            if (!repeats_[lane]) orders_[lane]->restart(order);
            before = &order;
        }
    }

    // From here on: the rows of step t. False: told to end while an epoch's orders were made.
    bool choose(int64_t t) {
        int64_t epoch = (t - 1) / per_epoch_;
        place_ = (t - 1) % per_epoch_ * batch_;
        n_ = batch_ < rows_.n - place_ ? batch_ : rows_.n - place_;
        for (int lane = 0; shuffled_ && lane < L; lane++) {
            if (place_ == 0 && rows_.n > PICKED && halt_.look(COPIED * (double)rows_.n))
                return false;
            int64_t* its = chosen_ + lane * batch_;
            if (repeats_[lane]) std::memcpy(its, its - batch_, n_ * sizeof *its);
            else orders_[lane]->rows(epoch, place_, n_, its);
        }
        return true;
    }

    // From here on: `count` rows from number `place`, as they stand.
    void choose_plain(int64_t place, int64_t count) {
        shuffled_ = false;
        place_ = place, n_ = count;
    }

    // Rows start ... start + count − 1 of the chosen ones: (columns, count) vectors of a matrix.
    template <class From>
    INLINE void pick(const From* matrix, int64_t columns, int64_t start, int64_t count,
                     V* to) const {
        for (int64_t i = 0; i < count; i++)
            if (shuffled_) pick_each(matrix, columns, start + i, count, to + i);
            else {
                const From* row = matrix + (place_ + start + i) * columns;
                for (int64_t c = 0; c < columns; c++) to[c * count + i] = all<V>((T)row[c]);
            }
    }

    // What the chosen rows count in all, lane by lane.
    V size() const {
        if (!rows_.counts) return all<V>((T)n_);
        V total{};
        for (int64_t i = 0; i < n_; i++) {
            V count{};
            pick(rows_.counts, 1, i, 1, &count);
            total += count;
        }
        return total;
    }

  private:
    template <class From>
    INLINE void pick_each(const From* matrix, int64_t columns, int64_t i, int64_t step,
                          V* to) const {
        for (int lane = 0; lane < L; lane++) {
            const From* row = matrix + chosen_[lane * batch_ + i] * columns;
            for (int64_t c = 0; c < columns; c++) ((T*)(to + c * step))[lane] = (T)row[c];
        }
    }

    const Plan& plan_;
    Rows<T> rows_;
    Halt& halt_;
    int64_t batch_, per_epoch_, place_ = 0, n_ = 0;
    int64_t* chosen_ = nullptr;  // (L, batch) row numbers
    Order* orders_[L] = {};
    bool repeats_[L] = {};
    bool shuffled_;
};

}  // namespace chainrule::TARGET
