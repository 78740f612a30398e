// Which rows make up a step: engine/batches.py and core/random.order, to the bit.
#pragma once
#include "arena.h"
#include "clock.h"
#include "plan.h"
#include "random.h"

namespace chainrule::TARGET {

constexpr int64_t WHOLE = 1 << 20;  // rows that are shuffled all at once
constexpr int64_t BLOCK = 1 << 16;  // above, block after block
constexpr int64_t PICKED = 1 << 12; // rows that are copied between two looks at Halt
constexpr double COPIED = 64;       // a number copied from anywhere takes as long as so many flops

// What one step sees.
template <class T>
struct Batch {
    int64_t n;
    const T* x;             // (n, inputs)
    const T* y;             // (n, outputs), or null
    const int64_t* labels;  // (n,), or null
    const T* counts;        // (n,), or null
    uint128 drawn;          // rows that dropout drew for in the steps before
    bool same;              // the very rows of the step before
};

// 0 .. n−1 in the order of n random words. The low bits of a word are replaced by its place, and
// the words are sorted. Their high bits are random, so that as many buckets as rows hold a word or
// two each: one pass to count, one to place them, one to mend the order within buckets.
class Shuffle {
  public:
    Shuffle(int64_t most, Arena& arena)
        : keys_(take<uint64_t>(arena, most)), sorted_(take<uint64_t>(arena, most)),
          ends_(take<uint32_t>(arena, buckets_of(most) + 1)) {}

    void operator()(Words& words, int64_t n, int64_t* order) {
        uint64_t mask = n > 1 ? ~0ull >> __builtin_clzll((uint64_t)n - 1) : 0;
        for (int64_t i = 0; i < n; i++) keys_[i] = (words.next() & ~mask) | (uint64_t)i;
        const uint64_t* sorted = n > 32 ? into_buckets(n) : keys_;
        insert_each((uint64_t*)sorted, n);
        for (int64_t i = 0; i < n; i++) order[i] = (int64_t)(sorted[i] & mask);
    }

  private:
    static int64_t buckets_of(int64_t n) { return (int64_t)1 << bits_of(n); }
    static int bits_of(int64_t n) { return n > 2 ? 63 - __builtin_clzll((uint64_t)n) : 1; }

    const uint64_t* into_buckets(int64_t n) {
        int shift = 64 - bits_of(n);
        std::memset(ends_, 0, (buckets_of(n) + 1) * sizeof *ends_);
        for (int64_t i = 0; i < n; i++) ends_[(keys_[i] >> shift) + 1]++;
        for (int64_t k = 0; k < buckets_of(n); k++) ends_[k + 1] += ends_[k];
        for (int64_t i = 0; i < n; i++) sorted_[ends_[keys_[i] >> shift]++] = keys_[i];
        return sorted_;
    }

    static void insert_each(uint64_t* keys, int64_t n) {
        for (int64_t i = 1; i < n; i++) {
            uint64_t key = keys[i];
            int64_t j = i;
            for (; j > 0 && keys[j - 1] > key; j--) keys[j] = keys[j - 1];
            keys[j] = key;
        }
    }

    uint64_t *keys_, *sorted_;
    uint32_t* ends_;  // where each bucket ends, while it is filled
};

// The order in which each epoch visits the rows, asked for from front to back.
class Order {
  public:
    Order(const Stream& start, int64_t n, Arena& arena)
        : n_(n), blocks_(n > WHOLE ? (n + BLOCK - 1) / BLOCK : 1), start_(start), words_(start),
          shuffle_(n > WHOLE ? larger_of(BLOCK, blocks_) : n, arena),
          blocks_order_(take<int64_t>(arena, blocks_)),
          piece_(take<int64_t>(arena, n > WHOLE ? BLOCK : n)) {}

    // From now on the order of another stream.
    void restart(const Stream& start) {
        start_ = start;
        epoch_ = -1, piece_start_ = piece_stop_ = 0;
    }

    // Rows number place ... place + count − 1 of the epoch's order.
    void rows(int64_t epoch, int64_t place, int64_t count, int64_t* out) {
        while (count > 0) {
            reach(epoch, place);
            int64_t here = place - piece_start_, there = piece_stop_ - place;
            int64_t now = count < there ? count : there;
            std::memcpy(out, piece_ + here, now * sizeof *out);
            place += now, out += now, count -= now;
        }
    }

  private:
    static int64_t larger_of(int64_t a, int64_t b) { return a > b ? a : b; }

    // Make the piece of the order that has this place: of few rows the whole, else one block.
    void reach(int64_t epoch, int64_t place) {
        if (epoch != epoch_ || place < piece_start_) begin(epoch);
        while (place >= piece_stop_) next_piece();
    }

    void begin(int64_t epoch) {
        int64_t words = blocks_ > 1 ? blocks_ + n_ : n_;
        if (epoch_ < 0 || epoch != epoch_ + 1 || piece_stop_ != n_) {
            words_ = Words(start_);  // else the stream stands there already
            words_.skip((uint128)epoch * (uint128)words);
        }
        epoch_ = epoch, pieces_ = 0, piece_start_ = piece_stop_ = 0;
        if (blocks_ > 1) shuffle_(words_, blocks_, blocks_order_);
    }

    void next_piece() {
        int64_t block = blocks_ > 1 ? blocks_order_[pieces_] : 0;
        int64_t first = block * BLOCK, rows = blocks_ > 1 ? smaller_of(BLOCK, n_ - first) : n_;
        shuffle_(words_, rows, piece_);
        if (first)
            for (int64_t i = 0; i < rows; i++) piece_[i] += first;
        pieces_++;
        piece_start_ = piece_stop_, piece_stop_ += rows;
    }

    static int64_t smaller_of(int64_t a, int64_t b) { return a < b ? a : b; }

    int64_t n_, blocks_;
    Stream start_;
    Words words_;
    Shuffle shuffle_;
    int64_t *blocks_order_, *piece_;
    int64_t epoch_ = -1, pieces_ = 0, piece_start_ = 0, piece_stop_ = 0;
};

// The batch of any step, made from its number alone. Shuffled rows are copied side by side.
template <class T>
class Feed {
  public:
    Feed(const Plan& plan, const Rows<T>& rows, Arena& arena, Halt& halt)
        : plan_(plan), rows_(rows), halt_(halt), size_(plan.batch()),
          per_epoch_((rows.n + size_ - 1) / size_),
          order_(plan.order, plan.shuffle ? rows.n : 1, arena) {
        if (!plan.shuffle) return;
        chosen_ = take<int64_t>(arena, size_ < PICKED ? size_ : PICKED);
        x_ = take<T>(arena, size_ * plan.inputs());
        if (rows.y) y_ = take<T>(arena, size_ * plan.outputs());
        if (rows.labels) labels_ = take<int64_t>(arena, size_);
        if (rows.counts) counts_ = take<T>(arena, size_);
    }

    int64_t size() const { return size_; }

    Batch<T> at(int64_t t) {
        bool whole = per_epoch_ == 1;
        int64_t epoch = whole ? t - 1 : (t - 1) / per_epoch_;
        int64_t start = whole ? 0 : (t - 1) % per_epoch_ * size_;
        int64_t n = size_ < rows_.n - start ? size_ : rows_.n - start;
        return plan_.shuffle ? gathered(t, epoch, start, n) : consecutive(t, start, n);
    }

  private:
    uint128 drawn(int64_t t) const { return (uint128)(t - 1) * (uint128)plan_.batch_size; }

    Batch<T> consecutive(int64_t t, int64_t start, int64_t n) {
        bool same = per_epoch_ == 1 && began_;
        began_ = true;
        return {n, rows_.x + start * plan_.inputs(), at_row(rows_.y, start * plan_.outputs()),
                at_row(rows_.labels, start), at_row(rows_.counts, start), drawn(t), same};
    }

    Batch<T> gathered(int64_t t, int64_t epoch, int64_t start, int64_t n) {
        for (int64_t from = 0; from < n; from += PICKED) {
            if (from > 0 && halt_.look(COPIED * (double)(PICKED * plan_.inputs()))) break;
            const int64_t count = PICKED < n - from ? PICKED : n - from;
            order_.rows(epoch, start + from, count, chosen_);
            pick(rows_.x, plan_.inputs(), count, x_ + from * plan_.inputs());
            if (y_) pick(rows_.y, plan_.outputs(), count, y_ + from * plan_.outputs());
            if (labels_) pick(rows_.labels, 1, count, labels_ + from);
            if (counts_) pick(rows_.counts, 1, count, counts_ + from);
        }
        return {n, x_, y_, labels_, counts_, drawn(t), false};
    }

    template <class P>
    static const P* at_row(const P* first, int64_t offset) {
        return first ? first + offset : nullptr;
    }

    template <class P>
    void pick(const P* from, int64_t columns, int64_t n, P* to) {
        for (int64_t i = 0; i < n; i++) {
            const P* row = from + chosen_[i] * columns;
            if (columns == 1) to[i] = *row;
            else std::memcpy(to + i * columns, row, columns * sizeof(P));
        }
    }

    const Plan& plan_;
    Rows<T> rows_;
    Halt& halt_;
    int64_t size_, per_epoch_;
    Order order_;
    bool began_ = false;
    int64_t *chosen_ = nullptr, *labels_ = nullptr;
    T *x_ = nullptr, *y_ = nullptr, *counts_ = nullptr;
};

}  // namespace chainrule::TARGET
