// Training: one step again and again. engine/reference.py's `train`, in C++.
#pragma once
#include "aligned.h"
#include "arena.h"
#include "clock.h"
#include "feed.h"
#include "lanes.h"
#include "optimizers.h"
#include "plan.h"
#include "pool.h"
#include "rows.h"

namespace chainrule::TARGET {

constexpr double UNLIMITED = __builtin_inf();

// What the rows of a batch count in all.
template <class T>
double size_of(const Batch<T>& batch) {
    if (!batch.counts) return (double)batch.n;
    double size = 0;
    for (int64_t i = 0; i < batch.n; i++) size += (double)batch.counts[i];
    return size;
}

// f(first, count, is_weights) for each run of parameters that move, and move alike.
template <class F>
void moving(const Plan& plan, bool apart, F f) {
    int64_t first = 0, stop = 0;
    bool weights = true;
    auto add = [&](int64_t at, int64_t count, bool are_weights) {
        if (at != stop || (apart && are_weights != weights)) {
            if (stop > first) f(first, stop - first, weights);
            first = at;
        }
        stop = at + count, weights = are_weights;
    };
    for (const Layer& layer : plan.layers) {
        if (layer.W_moves) add(layer.W, layer.fan_in * layer.units, true);
        if (layer.biases() && layer.b_moves) add(layer.b, layer.biases(), false);
    }
    if (stop > first) f(first, stop - first, weights);
}

// Σ (g · scaled)² in double precision: eight partial sums, so that no addition waits for the last.
template <class T>
double sum_of_squares(const T* g, int64_t count, double scaled) {
    constexpr int PARTS = 8;
    double parts[PARTS] = {}, all = 0;
    int64_t i = 0;
    for (; i + PARTS <= count; i += PARTS)
        for (int k = 0; k < PARTS; k++) parts[k] += (g[i + k] * scaled) * (g[i + k] * scaled);
    for (; i < count; i++) all += (g[i] * scaled) * (g[i] * scaled);
    for (double part : parts) all += part;
    return all;
}

// √(Σ g²) over the gradients of all that moves, each multiplied by `scaled` first.
template <class T>
double length_of(const Plan& plan, const T* gradient, double scaled) {
    double squares = 0;
    moving(plan, false, [&](int64_t first, int64_t count, bool) {
        squares += sum_of_squares(gradient + first, count, scaled);
    });
    return __builtin_sqrt(squares);
}

template <class T>
double largest_of(const Plan& plan, const T* gradient) {
    double most = 0;
    moving(plan, false, [&](int64_t first, int64_t count, bool) {
        for (int64_t i = first; i < first + count; i++)
            most = most < __builtin_fabs(gradient[i]) ? __builtin_fabs(gradient[i]) : most;
    });
    return most;
}

// min(1, clip_norm / length). Where squares overflow, numbers are scaled first (core/clipping.py).
template <class T>
double clip_scale(const Plan& plan, const T* gradient) {
    double length = length_of(plan, gradient, 1);
    if (length == UNLIMITED) {
        double most = largest_of(plan, gradient);
        if (most < UNLIMITED) return plan.clip_norm / most / length_of(plan, gradient, 1 / most);
    }
    return length > plan.clip_norm ? plan.clip_norm / length : 1;
}

template <class T>
void add_penalties(const Plan& plan, const Move<T>& move, const T* theta, T* gradient) {
    moving(plan, true, [&](int64_t first, int64_t count, bool weights) {
        if (!weights) return;
        for (int64_t i = first; i < first + count; i++) {
            T sign = theta[i] > 0 ? 1 : theta[i] < 0 ? -1 : 0;
            gradient[i] += move.l1 * sign + move.l2 * theta[i];
        }
    });
}

// The whole gradient is at hand: clip it if asked, and move every parameter that moves.
template <class T>
void move_by(const Plan& plan, Move<T> move, Numbers<T> numbers, T* gradient) {
    if (plan.clip_norm < UNLIMITED) {
        add_penalties(plan, move, numbers.theta, gradient);
        move.scale = (T)clip_scale(plan, gradient);
        move.l1 = move.l2 = 0;
    }
    moving(plan, move.on_weights, [&](int64_t first, int64_t count, bool weights) {
        auto part = [&](T* all) { return all ? all + first : nullptr; };
        with_rule(plan.optimizer, weights && move.on_weights, [&]<Optimizer rule, bool weighed>() {
            move_all<rule, weighed>(move, numbers.theta + first, gradient + first,
                                    part(numbers.m), part(numbers.v), count);
        });
    });
}

// One path through the network, and what a step needs beside it.
template <class T, class Path>
class Steps {
  public:
    Steps(const Plan& plan, const Rows<T>& rows, Arena& arena, Pool& pool, Halt& halt)
        : plan_(plan), halt_(halt), feed_(plan, rows, arena, halt),
          path_(plan, feed_.size(), arena, pool, halt), gradient_(take<T>(arena, plan.parameters)) {
        for (const Layer& layer : plan.layers) drops_ |= layer.drop_probability > 0;
    }

    // False: told to end before a number moved, and none has.
    bool step(Numbers<T> numbers, int64_t t, double rate, double* loss) {
        Batch<T> batch = feed_.at(t);
        double size = plan_.penalty_over_batch ? size_of(batch) : 1;
        Move<T> move = move_of<T>(plan_, t, rate, size);
        if constexpr (Path::fuses)
            if (plan_.clip_norm == UNLIMITED && path_.fits_at_once(batch)) {
                path_.descend(numbers, batch, move, loss, drops_);
                return !halt_.now();
            }
        path_.slopes(numbers.theta, batch, gradient_, loss, drops_);
        if (halt_.now()) return false;
        move_by(plan_, move, numbers, gradient_);
        return true;
    }

  private:
    const Plan& plan_;
    Halt& halt_;
    Feed<T> feed_;
    Path path_;
    T* gradient_;
    bool drops_ = false;
};

template <class T, class Path>
int64_t train_by(const Plan& plan, const Rows<T>& rows, Numbers<T> numbers, const Course& course,
                 Pool& pool, Arena& arena) {
    Halt halt(course.stop, course.stop_with);
    Steps<T, Path> steps(plan, rows, arena, pool, halt);
    Watch watch;
    int64_t until_asked = course.every - course.first % course.every;
    for (int64_t i = 0; i < course.steps; i++) {
        bool asked = --until_asked == 0;
        if (asked) until_asked = course.every;
        if (!steps.step(numbers, course.first + i + 1, course.learning_rates[i],
                        asked ? course.losses + i : nullptr))
            return i;
        if (watch.is_over() && halt.ends()) return i + 1;
    }
    return course.steps;
}

// Where every step's update is fused, rows.h alone sees the weights, and they may stand elsewhere.
template <class T>
int64_t train_by_rows(const Plan& plan, const Rows<T>& rows, Numbers<T> numbers,
                      const Course& course, Pool& pool) {
    Arena arena;
    const bool fused = plan.clip_norm == UNLIMITED && plan.batch() <= ByRows<T>::BLOCK_ROWS;
    if (!fused || !Aligned<T>::pays(plan, course.steps))
        return train_by<T, ByRows<T>>(plan, rows, numbers, course, pool, arena);
    Aligned<T> aligned(plan, numbers, arena);
    return train_by<T, ByRows<T>>(aligned.plan(), rows, aligned.numbers(), course, pool, arena);
}

// Steps course.first + 1 ... course.first + course.steps, or fewer if told to stop; how many.
template <class T>
int64_t train(const Plan& plan, const Rows<T>& rows, Numbers<T> numbers, const Course& course,
              Pool& pool) {
    if (!Lanes<T>::suits(plan, plan.batch()))
        return train_by_rows(plan, rows, numbers, course, pool);
    Arena arena;
    return train_by<T, Lanes<T>>(plan, rows, numbers, course, pool, arena);
}

}  // namespace chainrule::TARGET
