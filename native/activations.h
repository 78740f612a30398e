// Activations on vectors, one line each: core/activations.py in C++.
//
// `activate<f>(z)` is a, `slope<f>(z, a)` is f′(z). Choices are written so that NaN comes through
// as it does in NumPy. softmax, which mixes the numbers of a row, stands below, in two layouts.
#pragma once
#include "math.h"
#include "plan.h"

namespace chainrule::TARGET {

constexpr double LEAK = 0.01;                          // what a leaky relu lets through below 0
constexpr double NORMAL_AT_0 = 0.3989422804014327;     // 1 / √(2 π), the density of N(0, 1) there
constexpr double STEEP = 4 * NORMAL_AT_0;              // of gelu_tanh: 2 √(2 / π)
constexpr double BEND = 0.044715;                      // of gelu_tanh
constexpr double FAR = 40;  // from there on φ(z) and sigmoid of 2 u are 0 or 1; z² may overflow

// True where the slope is a formula in z; the others take it from a alone, and z may be forgotten.
constexpr bool keeps_z(Activation f) {
    return f == Activation::softplus || f == Activation::silu || f == Activation::gelu ||
           f == Activation::gelu_tanh;
}

template <class V>
INLINE V within(V z) {
    return at_least(Element<V>(-FAR), at_most(Element<V>(FAR), z));
}

template <class V>
INLINE V softplus(V z) {  // log(1 + exp z), rearranged so that exp can't overflow
    return at_least(0, z) + log1p_of_unit(exp(-size(z)));
}

template <class V>
INLINE V normal_below(V z) {  // Φ(z), the share of N(0, 1) that lies below z
    using T = Element<V>;
    return T(0.5) * erfc(z * T(-0.7071067811865476));
}

template <class V>
INLINE V steep(V z) {  // 2 √(2 / π) (z + 0.044715 z³): sigmoid of it is near to Φ(z)
    using T = Element<V>;
    V near = within(z);
    return T(STEEP) * (near + T(BEND) * near * near * near);
}

template <Activation f, class V>
INLINE V activate(V z) {
    using T = Element<V>;
    if constexpr (f == Activation::identity) return z;
    if constexpr (f == Activation::sigmoid) return sigmoid(z);
    if constexpr (f == Activation::tanh) return tanh(z);
    if constexpr (f == Activation::relu) return at_least(T(0), z);
    if constexpr (f == Activation::leaky_relu) return z > 0 ? z : T(LEAK) * z;
    if constexpr (f == Activation::elu) return z > 0 ? z : expm1(at_most(T(0), z));
    if constexpr (f == Activation::softplus) return softplus(z);
    if constexpr (f == Activation::silu) return z * sigmoid(z);
    if constexpr (f == Activation::gelu) return z * normal_below(z);
    if constexpr (f == Activation::gelu_tanh) return z * sigmoid(steep(z));
    if constexpr (f == Activation::exp) return exp(at_most(RealOf<V>::SAFE, z));
    static_assert(f != Activation::softmax, "softmax mixes the numbers of a row: see below");
}

// f′(z). Where keeps_z(f) is false, z isn't looked at.
template <Activation f, class V>
INLINE V slope([[maybe_unused]] V z, [[maybe_unused]] V a) {
    using T = Element<V>;
    if constexpr (f == Activation::identity) return all<V>(1);
    if constexpr (f == Activation::sigmoid) return a * (1 - a);
    if constexpr (f == Activation::tanh) return 1 - a * a;
    if constexpr (f == Activation::relu) return a > 0 ? all<V>(1) : V{};
    if constexpr (f == Activation::leaky_relu) return a > 0 ? all<V>(1) : all<V>(T(LEAK));
    if constexpr (f == Activation::elu) return a > 0 ? all<V>(1) : a + 1;
    if constexpr (f == Activation::softplus) return sigmoid(z);
    if constexpr (f == Activation::silu) {
        V s = sigmoid(z);
        return s + a * (1 - s);
    }
    if constexpr (f == Activation::gelu) {  // (z Φ(z))′ = Φ(z) + z φ(z), for Φ′ = φ, the density
        V near = within(z), below = z == 0 ? all<V>(T(0.5)) : a / z;  // Φ(z), without an erfc
        below = size(z) < T(FAR) ? below : at_least(T(0), near) / T(FAR);
        return below + near * (T(NORMAL_AT_0) * exp(T(-0.5) * near * near));
    }
    if constexpr (f == Activation::gelu_tanh) {
        V near = within(z), s = sigmoid(steep(z));
        return s + near * s * (1 - s) * (T(STEEP) * (1 + T(3 * BEND) * near * near));
    }
    if constexpr (f == Activation::exp) return a;
}

// Calls with.template operator()<f>(): what is known at run time becomes known to the compiler,
// once, outside of the loops. For every activation but softmax, which does nothing here.
template <class With>
INLINE void dispatch(Activation f, With&& with) {
    using enum Activation;
    switch (f) {
        case identity: return with.template operator()<identity>();
        case sigmoid: return with.template operator()<sigmoid>();
        case tanh: return with.template operator()<tanh>();
        case relu: return with.template operator()<relu>();
        case leaky_relu: return with.template operator()<leaky_relu>();
        case elu: return with.template operator()<elu>();
        case softplus: return with.template operator()<softplus>();
        case silu: return with.template operator()<silu>();
        case gelu: return with.template operator()<gelu>();
        case gelu_tanh: return with.template operator()<gelu_tanh>();
        case exp: return with.template operator()<exp>();
        case softmax: return;
    }
}

template <class V>
INLINE V load_some(const Element<V>* from, int count) {
    return count == lanes<V> ? load<V>(from) : load_part<V>(from, count);
}

template <class V>
INLINE void store_some(Element<V>* to, V v, int count) {
    count == lanes<V> ? store<V>(to, v) : store_part<V>(to, v, count);
}

// to[i] = at(i) for i < n, vector by vector, the last one in part. Nothing beyond n is touched.
template <class T, class At>
INLINE void fill(T* to, int64_t n, At at_vector) {
    using V = Vec<T>;
    int64_t i = 0;
    for (; i + lanes<V> <= n; i += lanes<V>) store<V>(to + i, at_vector(i, lanes<V>));
    if (i < n) store_part<V>(to + i, at_vector(i, int(n - i)), int(n - i));
}

// a = f(z) over n numbers; a may be z. Not for softmax.
template <class T>
void activate_all(Activation f, const T* z, T* a, int64_t n) {
    using V = Vec<T>;
    dispatch(f, [&]<Activation F>() {
        fill(a, n, [&](int64_t i, int count) { return activate<F>(load_some<V>(z + i, count)); });
    });
}

// dz = da · f′(z) over n numbers; dz may be da. z may be null where keeps_z(f) is false.
template <class T>
void backward_all(Activation f, const T* da, const T* z, const T* a, T* dz, int64_t n) {
    using V = Vec<T>;
    dispatch(f, [&]<Activation F>() {
        fill(dz, n, [&](int64_t i, int count) {
            V at = keeps_z(F) ? load_some<V>(z + i, count) : V{};
            return load_some<V>(da + i, count) * slope<F>(at, load_some<V>(a + i, count));
        });
    });
}

// --- softmax: aⱼ = exp(zⱼ − most) / Σₖ exp(zₖ − most), and dz = a (da − Σⱼ da·a) ---
//
// Each exp is taken once, then divided by their sum. In both layouts a may be z, and dz may be da.
// What is handed back also serves the loss: log softmax(z) is (z − most) − log(sum).
template <class V>
struct Shift {
    V most, sum;
};

// Layout "lanes": z[j] is a vector of samples, for unit j.
template <class V>
INLINE Shift<V> softmax_lanes(const V* z, V* a, int64_t units) {
    V most = z[0], sum{};
    for (int64_t j = 1; j < units; j++) most = larger(most, z[j]);
    for (int64_t j = 0; j < units; j++) sum += a[j] = exp(z[j] - most);
    V part = 1 / sum;
    for (int64_t j = 0; j < units; j++) a[j] *= part;
    return {most, sum};
}

template <class V>
INLINE void softmax_backward_lanes(const V* da, const V* a, V* dz, int64_t units) {
    V mean{};
    for (int64_t j = 0; j < units; j++) mean += da[j] * a[j];
    for (int64_t j = 0; j < units; j++) dz[j] = a[j] * (da[j] - mean);
}

// Layout "rows": one row of `units` numbers. Sums go over a vector of partial sums, then over its
// halves.
template <class T, class At>
INLINE T sum_over(int64_t n, At at_vector) {
    using V = Vec<T>;
    V sums{};
    int64_t i = 0;
    for (; i + lanes<V> <= n; i += lanes<V>) sums += at_vector(i, lanes<V>);
    if (i < n) sums += at_vector(i, int(n - i));
    return sum(sums);
}

template <class T>
INLINE T largest_of(const T* z, int64_t n) {
    using V = Vec<T>;
    V most = all<V>(z[0]);
    int64_t i = 0;
    for (; i + lanes<V> <= n; i += lanes<V>) most = larger(most, load<V>(z + i));
    T top = largest(most);
    for (; i < n; i++) top = z[i] > top ? z[i] : top;
    return top;
}

// v with zeros behind its first `count` numbers.
template <class V>
INLINE V first(V v, int count) {
    if (count == lanes<V>) return v;
    V kept{};
    store_part<V>(reinterpret_cast<Element<V>*>(&kept), v, count);
    return kept;
}

template <class T>  // a may be null
Shift<T> softmax_row(const T* z, T* a, int64_t units) {
    using V = Vec<T>;
    T most = largest_of(z, units);
    T sum = sum_over<T>(units, [&](int64_t j, int count) {
        V e = first(exp(load_some<V>(z + j, count) - most), count);
        if (a) store_some<V>(a + j, e, count);
        return e;
    });
    T part = 1 / sum;
    if (!a) return {most, sum};
    fill(a, units, [&](int64_t j, int count) { return load_some<V>(a + j, count) * part; });
    return {most, sum};
}

template <class T>
void softmax_backward_row(const T* da, const T* a, T* dz, int64_t units) {
    using V = Vec<T>;
    T mean = sum_over<T>(units, [&](int64_t j, int count) {
        return load_some<V>(da + j, count) * load_some<V>(a + j, count);
    });
    fill(dz, units, [&](int64_t j, int count) {
        return load_some<V>(a + j, count) * (load_some<V>(da + j, count) - mean);
    });
}

// n rows, each `z_length` (`a_length`) numbers behind the one before.
template <class T>
void softmax_rows(const T* z, int64_t z_length, T* a, int64_t a_length, int64_t n, int64_t units) {
    for (int64_t i = 0; i < n; i++) softmax_row(z + i * z_length, a + i * a_length, units);
}

// Any activation of n rows of `units` numbers, rows dense; a may be z.
template <class T>
void activate_rows(Activation f, int64_t n, int64_t units, const T* z, T* a) {
    if (f != Activation::softmax) return activate_all(f, z, a, n * units);
    softmax_rows(z, units, a, units, n, units);
}

// dz from da, z and a; dz may be da.
template <class T>
void backward_rows(Activation f, int64_t n, int64_t units, const T* da, const T* z, const T* a,
                   T* dz) {
    if (f != Activation::softmax) return backward_all(f, da, z, a, dz, n * units);
    for (int64_t i = 0; i < n; i++)
        softmax_backward_row(da + i * units, a + i * units, dz + i * units, units);
}

}  // namespace chainrule::TARGET
