// Losses on vectors: core/losses.py in C++, and the loss of a batch under the conventions in force.
//
// `share<l>(q, y, setting)` is an output's share of the loss, `slope<l>(q, y, setting)` its
// slope by q, which is the last layer's z or a (plan.loss_on_z). The softmax cross-entropy, which
// looks at whole rows, stands below. Layouts as in activations.h: rows, and lanes.
#pragma once
#include "activations.h"

namespace chainrule::TARGET {

template <class V>
INLINE V smoothed(V y, Element<V> e) {  // t = (1 − ε) y + ε / 2: nobody is asked to be quite sure
    return (1 - e) * y + e / 2;
}

template <class V>
INLINE V short_of_margin(V z, V y) {  // 1 − (±1)(±1): from 0 and 1 to −1 and 1
    return 1 - (2 * y - 1) * (2 * z - 1);
}

template <class V>
INLINE V huber(V e, Element<V> delta) {
    V length = size(e);
    V near = Element<V>(0.5) * e * e, far = delta * (length - Element<V>(0.5) * delta);
    return length <= delta ? near : far;
}

template <Loss l, class V>
INLINE V share(V q, V y, [[maybe_unused]] Element<V> setting) {
    using T = Element<V>;
    if constexpr (l == Loss::half_squared) return T(0.5) * (q - y) * (q - y);
    if constexpr (l == Loss::squared) return (q - y) * (q - y);
    if constexpr (l == Loss::absolute) return size(q - y);
    if constexpr (l == Loss::huber) return huber(q - y, setting);
    if constexpr (l == Loss::binary_cross_entropy)  // large ones first: they cancel
        return (at_least(T(0), q) - smoothed(y, setting) * q) + log1p_of_unit(exp(-size(q)));
    if constexpr (l == Loss::poisson) return activate<Activation::exp>(q) - y * q;
    if constexpr (l == Loss::hinge) return at_least(T(0), short_of_margin(q, y));
    static_assert(l != Loss::softmax_cross_entropy, "it looks at whole rows: see below");
}

template <Loss l, class V>
INLINE V slope(V q, V y, [[maybe_unused]] Element<V> setting) {
    using T = Element<V>;
    if constexpr (l == Loss::half_squared) return q - y;
    if constexpr (l == Loss::squared) return 2 * (q - y);
    if constexpr (l == Loss::absolute) return q > y ? all<V>(1) : q < y ? all<V>(-1) : V{};
    if constexpr (l == Loss::huber) return at_least(-setting, at_most(setting, q - y));
    if constexpr (l == Loss::binary_cross_entropy) return sigmoid(q) - smoothed(y, setting);
    if constexpr (l == Loss::poisson) return activate<Activation::exp>(q) - y;
    if constexpr (l == Loss::hinge) return short_of_margin(q, y) > 0 ? T(2) - T(4) * y : V{};
}

// Calls with.template operator()<l>(), for every loss but the softmax cross-entropy.
template <class With>
INLINE void dispatch(Loss l, With&& with) {
    using enum Loss;
    switch (l) {
        case half_squared: return with.template operator()<half_squared>();
        case squared: return with.template operator()<squared>();
        case absolute: return with.template operator()<absolute>();
        case huber: return with.template operator()<huber>();
        case binary_cross_entropy: return with.template operator()<binary_cross_entropy>();
        case softmax_cross_entropy: return;
        case poisson: return with.template operator()<poisson>();
        case hinge: return with.template operator()<hinge>();
    }
}

// Sums of losses and counts are taken in double, whatever T is: n terms add n 2⁻⁵³, not n 2⁻²⁴.
template <class T>
INLINE double in_double(Vec<T> v) {
    return sum(__builtin_convertvector(v, Vec<double, lanes<Vec<T>>>));
}

template <class T, class At>
INLINE double sum_in_double(int64_t n, At at_vector) {
    double total = 0;
    int64_t i = 0;
    for (; i + lanes<Vec<T>> <= n; i += lanes<Vec<T>>)
        total += in_double<T>(at_vector(i, lanes<Vec<T>>));
    return i < n ? total + in_double<T>(first(at_vector(i, int(n - i)), int(n - i))) : total;
}

// The share of each row in the batch's loss is `each`, or each · counts[i] where rows have counts:
// for the mean 1/n, or counts[i] / (Σ counts or 1). Over ALL rows of the batch, once.
template <class T>
double each_row(const Plan& plan, int64_t n, const T* counts) {
    if (!plan.batch_mean) return 1;
    if (!counts) return 1.0 / double(n);
    double total = sum_in_double<T>(
        n, [&](int64_t i, int count) { return load_some<Vec<T>>(counts + i, count); });
    return total == 0 ? 1 : 1 / total;
}

INLINE double each_output(const Plan& plan) {  // the 1/k of outputs_mean
    return plan.outputs_mean && !plan.labels ? 1.0 / double(plan.outputs()) : 1;
}

// What is asked of some rows: dense arrays, each beginning at the first of these rows.
template <class T>
struct Answers {
    const T* y;             // (n, outputs), or null
    const int64_t* labels;  // (n,), or null
    const T* counts;        // (n,), or null
    double each;            // each_row of the whole batch
};

// --- rows: q and d are n rows of `outputs` numbers, `length` numbers apart ---

// d = w (softmax z − what was wanted), d may be null. What a register holds never leaves it: a
// number written by itself can't be read as part of a vector until it has reached the cache.
template <class T>
Shift<T> cross_entropy_slope(const T* z, int64_t units, int64_t label, double smoothing, T w,
                             T* d) {
    using V = Vec<T>;
    const T wanted = T(1 - smoothing), spread = T(smoothing / double(units));
    if (d && units <= lanes<V>) {
        V row = load_some<V>(z, (int)units);
        const Shift<T> shift = softmax_vector(row, (int)units);
        row -= places<V>() == Element<Mask<V>>(label) ? all<V>(wanted) : V{};
        store_some<V>(d, (row - spread) * w, (int)units);
        return shift;
    }
    const Shift<T> shift = softmax_row(z, d, units);
    if (!d) return shift;
    d[label] -= wanted;
    fill(d, units, [&](int64_t j, int n) { return (load_some<V>(d + j, n) - spread) * w; });
    return shift;
}

// A row of the softmax cross-entropy (0 where value is false), and its slope. With smoothing ε:
// l = most + log(sum) − (1 − ε) z[label] − ε mean z.
template <class T>
double cross_entropy_row(const T* z, int64_t units, int64_t label, double smoothing, T w, T* d,
                         bool value) {
    using V = Vec<T>;
    auto [most, sum] = cross_entropy_slope(z, units, label, smoothing, w, d);
    if (!value) return 0;
    double log_sum = log(all<Vec<T, 1>>(sum))[0], shifted = double(z[label]) - double(most);
    if (smoothing == 0) return log_sum - shifted;
    double mean = sum_in_double<T>(units, [z, most = most](int64_t j, int n) {
        return load_some<V>(z + j, n) - most;
    }) / double(units);
    return log_sum - (1 - smoothing) * shifted - smoothing * mean;
}

// `outputs` numbers that have the same w: the sum of their shares (0 where value is false).
template <Loss l, class T>
double loss_row(const T* q, const T* y, int64_t outputs, T setting, T w, T* d, bool value) {
    using V = Vec<T>;
    if (d)
        fill(d, outputs, [&](int64_t j, int n) {
            return slope<l>(load_some<V>(q + j, n), load_some<V>(y + j, n), setting) * w;
        });
    if (!value) return 0;
    return sum_in_double<T>(outputs, [&](int64_t j, int n) {
        return share<l>(load_some<V>(q + j, n), load_some<V>(y + j, n), setting);
    });
}

// with(i, w) is the loss of row i, whose d is to be multiplied by w / outputs_mean's k. Adds up.
template <class T, class With>
double over_rows(const Answers<T>& answers, int64_t n, double k, T* per_row, With&& with) {
    double total = 0;
    for (int64_t i = 0; i < n; i++) {
        double w = answers.counts ? answers.each * answers.counts[i] : answers.each;
        double row = with(i, T(w * k)) * k;
        if (per_row) per_row[i] = T(row);
        total += w * row;
    }
    return total;
}

// The loss of n rows (their part of the batch's; 0 where neither value nor per_row is asked for),
// the gradient d by q, and the loss of each row without counts (n,). d and per_row may be null; d
// may not be q.
template <class T>
double loss_rows(const Plan& plan, const Answers<T>& answers, int64_t n, const T* q, T* d,
                 int64_t length, T* per_row, bool value) {
    int64_t outputs = plan.outputs(), rows = n;
    if (plan.loss == Loss::softmax_cross_entropy)
        return over_rows(answers, n, 1, per_row, [&](int64_t i, T w) {
            return cross_entropy_row(q + i * length, outputs, answers.labels[i], plan.loss_setting,
                                     w, d ? d + i * length : nullptr, value || per_row);
        });
    bool flat = length == outputs && !answers.counts && !per_row;  // then all is one long row
    if (flat) outputs *= n, length = outputs, rows = 1;
    double total = 0;
    dispatch(plan.loss, [&]<Loss l>() {
        total = over_rows(answers, rows, each_output(plan), per_row, [&](int64_t i, T w) {
            return loss_row<l>(q + i * length, answers.y + i * outputs, outputs,
                               T(plan.loss_setting), w, d ? d + i * length : nullptr,
                               value || per_row);
        });
    });
    return total;
}

// --- lanes: q[j] and d[j] are vectors of samples, for output j ---

// What is asked of a vector of samples.
template <class V>
struct LaneAnswers {
    const V* y;        // (outputs,), or null
    Mask<V> label;     // class numbers; anything where there are none
    V w;               // each_row, times each sample's count
    Mask<V> here;      // false for lanes without a sample: they get 0, whatever is computed there
};

template <class V>
INLINE V cross_entropy_lanes(const V* z, int64_t units, double smoothing,
                             const LaneAnswers<V>& answers, V* d, bool value) {
    using T = Element<V>;
    auto [most, sum] = softmax_lanes(z, d, units);
    T e = T(smoothing), spread = T(smoothing / double(units));
    V shifted{}, mean{};
    for (int64_t j = 0; j < units; j++) {
        Mask<V> wanted = answers.label == typename Real<T>::Whole(j);
        V slope = d[j] - (wanted ? all<V>(1 - e + spread) : all<V>(spread));
        d[j] = answers.here ? slope * answers.w : V{};
        shifted = wanted ? z[j] - most : shifted;
        mean += z[j] - most;
    }
    if (!value) return V{};
    V loss = log(sum) - (1 - e) * shifted;
    if (smoothing > 0) loss -= spread * mean;  // else 0 · −∞ where a z is infinitely far below
    return answers.here ? loss : V{};
}

template <Loss l, class V>
INLINE V loss_lanes(const V* q, int64_t outputs, Element<V> setting, Element<V> k,
                    const LaneAnswers<V>& answers, V* d, bool value) {
    V total{}, w = answers.w * k;
    for (int64_t j = 0; j < outputs; j++) {
        V slope_j = slope<l>(q[j], answers.y[j], setting);
        d[j] = answers.here ? slope_j * w : V{};
        if (value) total += share<l>(q[j], answers.y[j], setting);
    }
    return answers.here ? total * k : V{};
}

// The loss of each sample, without counts (0 where value is false), and the gradient d by q, which
// may not be q. The batch's loss is the sum of in_double(w · loss) over its vectors.
template <class V>
INLINE V loss_lanes(const Plan& plan, const V* q, const LaneAnswers<V>& answers, V* d, bool value) {
    using T = Element<V>;
    int64_t outputs = plan.outputs();
    if (plan.loss == Loss::softmax_cross_entropy)
        return cross_entropy_lanes(q, outputs, plan.loss_setting, answers, d, value);
    V loss{};
    dispatch(plan.loss, [&]<Loss l>() {
        loss = loss_lanes<l>(q, outputs, T(plan.loss_setting), T(each_output(plan)), answers, d,
                             value);
    });
    return loss;
}

}  // namespace chainrule::TARGET
