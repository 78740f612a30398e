// One step of every optimiser, number by number: core/optimizers.py, with the penalties and decay.
#pragma once
#include "plan.h"
#include "vector.h"

namespace chainrule::TARGET {

// All of a step's update that is the same for every number, worked out once.
//
// N is a number, or a vector of them where each lane is a network of its own (many.h).
template <class T, class N = T>
struct Move {
    Optimizer optimizer;
    bool on_weights;          // l1, l2 or decay: a weight moves otherwise than a bias
    T beta1, beta2, eps;      // momentum and nesterov: beta1; rmsprop: beta2
    T rest1, rest2;           // 1 − beta
    T mend1, mend2;           // 1 / (1 − betaᵗ): m and v start at 0 and would be too small
    N rate;                   // the learning rate
    N l1, l2;                 // strengths in this batch
    N kept;                   // what decay leaves of a weight, before the step
    N shrunk;                 // what adamw leaves of any number, before the step
    N scale;                  // what clipping leaves of the gradient
};

// Of step t = 1, 2, ..., whose rows count `size` in all.
template <class T>
Move<T> move_of(const Plan& plan, int64_t t, double rate, double size) {
    bool mends = plan.optimizer == Optimizer::adam || plan.optimizer == Optimizer::adamw;
    auto mend = [&](double beta) {
        return (T)(mends ? 1 / (1 - __builtin_pow(beta, (double)t)) : 1);
    };
    double share = !plan.penalty_over_batch ? 1 : size > 0 ? 1 / size : 0;
    return {.optimizer = plan.optimizer,
            .on_weights = plan.l1 != 0 || plan.l2 != 0 || plan.decay != 0,
            .beta1 = (T)plan.beta1, .beta2 = (T)plan.beta2, .eps = (T)plan.eps,
            .rest1 = (T)(1 - plan.beta1), .rest2 = (T)(1 - plan.beta2),
            .mend1 = mend(plan.beta1), .mend2 = mend(plan.beta2),
            .rate = (T)rate,
            .l1 = (T)(plan.l1 * share), .l2 = (T)(plan.l2 * share),
            .kept = (T)(1 - rate * plan.decay), .shrunk = (T)(1 - rate * plan.optimizer_decay),
            .scale = 1};
}

// The gradient of the penalties, l1 Σ |W| + l2 ½ Σ W².
template <class T, class N, class V>
INLINE V penalty_slope(const Move<T, N>& move, V W) {
    V sign = W > 0 ? all<V>(1) : W < 0 ? all<V>(-1) : V{};
    return move.l1 * sign + move.l2 * W;
}

// θ after the step. m and v are the optimiser's memory of it, changed where the rule keeps them.
// `weighed`: θ are weights, and penalties or decay are in force.
template <Optimizer rule, bool weighed, class T, class N, class V>
INLINE V moved(const Move<T, N>& move, V theta, V g, V& m, V& v) {
    if constexpr (weighed) {
        g += penalty_slope(move, theta);
        theta *= move.kept;
    }
    g *= move.scale;
    if constexpr (rule == Optimizer::sgd) {
        return theta - move.rate * g;
    } else if constexpr (rule == Optimizer::momentum) {
        m = move.beta1 * m + g;
        return theta - move.rate * m;
    } else if constexpr (rule == Optimizer::nesterov) {
        m = move.beta1 * m + g;
        return theta - move.rate * (g + move.beta1 * m);
    } else if constexpr (rule == Optimizer::adagrad) {
        v += g * g;
        return theta - move.rate * g / (root(v) + move.eps);
    } else if constexpr (rule == Optimizer::rmsprop) {
        v = move.beta2 * v + move.rest2 * g * g;
        return theta - move.rate * g / (root(v) + move.eps);
    } else {
        m = move.beta1 * m + move.rest1 * g;
        v = move.beta2 * v + move.rest2 * g * g;
        if constexpr (rule == Optimizer::adamw) theta *= move.shrunk;
        return theta - move.rate * (m * move.mend1) / (root(v * move.mend2) + move.eps);
    }
}

// f.template operator()<rule, weighed>() with what is known at run time made known to the compiler.
template <class F>
INLINE void with_rule(Optimizer rule, bool weighed, F f) {
    auto chosen = [&]<Optimizer r>() {
        weighed ? f.template operator()<r, true>() : f.template operator()<r, false>();
    };
    switch (rule) {
        case Optimizer::sgd: return chosen.template operator()<Optimizer::sgd>();
        case Optimizer::momentum: return chosen.template operator()<Optimizer::momentum>();
        case Optimizer::nesterov: return chosen.template operator()<Optimizer::nesterov>();
        case Optimizer::adagrad: return chosen.template operator()<Optimizer::adagrad>();
        case Optimizer::rmsprop: return chosen.template operator()<Optimizer::rmsprop>();
        case Optimizer::adam: return chosen.template operator()<Optimizer::adam>();
        case Optimizer::adamw: return chosen.template operator()<Optimizer::adamw>();
    }
}

// n numbers that stand one after the other; m and v are null where the rule keeps none.
template <Optimizer rule, bool weighed, class T>
void move_all(const Move<T>& move, T* theta, const T* g, T* m, T* v, int64_t n) {
    using V = Vec<T>;
    constexpr bool has_m = rule != Optimizer::sgd && rule != Optimizer::adagrad &&
                           rule != Optimizer::rmsprop;
    constexpr bool has_v = rule >= Optimizer::adagrad;
    auto step = [&]<class In, class Out>(int64_t i, In in, Out out) {
        V its_m = has_m ? in(m + i) : V{}, its_v = has_v ? in(v + i) : V{};
        out(theta + i, moved<rule, weighed>(move, in(theta + i), in(g + i), its_m, its_v));
        if (has_m) out(m + i, its_m);
        if (has_v) out(v + i, its_v);
    };
    int64_t i = 0;
    for (; i + lanes<V> <= n; i += lanes<V>)
        step(i, [](const T* p) INLINE_LAMBDA { return load<V>(p); },
             [](T* p, V x) INLINE_LAMBDA { store<V>(p, x); });
    int rest = (int)(n - i);
    if (rest)
        step(i, [&](const T* p) INLINE_LAMBDA { return load_part<V>(p, rest); },
             [&](T* p, V x) INLINE_LAMBDA { store_part<V>(p, x, rest); });
}

}  // namespace chainrule::TARGET
