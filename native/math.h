// exp, log, tanh and their kin on vectors, for numbers of 4 and of 8 bytes and every width.
//
// No branches and no tables: both sides of a choice are computed, then chosen. The errors stated
// are in ulp (units in the last place of the result) and measured: the largest over every float
// there is, and over samples of doubles (benchmarks/ulp.py, tests/contracts/test_functions.py).
// NaN stays NaN.
#pragma once
#include "vector.h"

namespace chainrule::TARGET {

// What is different for float and double. Coefficients are own fits: by least squares, or at
// Chebyshev nodes.
template <class T>
struct Real;

template <>
struct Real<float> {
    using Bits = uint32_t;
    using Whole = int32_t;
    static constexpr int MANTISSA = 23, BIAS = 127;
    static constexpr float LEAST = -104, MOST = 89;  // exp is 0 and infinity from there on
    static constexpr float INF = __builtin_inff(), NOT = __builtin_nanf(""), TINY = 0x1p-126f;
    static constexpr float SAFE = 87;     // −core.activations.LOWEST
    static constexpr float TANH_1 = 9.1f, ERFC_0 = 10.1f;  // tanh is 1, erfc is 0 from there on
    static constexpr float LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;  // 9 bits; the rest
    static constexpr float EXP[] = {0.5f,           0.166665345f,   0.0416672416f,
                                    0.00836743601f, 0.00138634443f};
    static constexpr float LOG[] = {0.666666851f, 0.399887707f, 0.295803983f};
    static constexpr float ERFC[] = {
        0.176302597f, 0.176430374f, 0.166837707f, 0.153086767f, 0.127038002f,
        0.0600876547f, 0.201106682f, -0.228154019f, 0.321048409f, -0.192749634f,
        0.0389654562f};
};

template <>
struct Real<double> {
    using Bits = uint64_t;
    using Whole = int64_t;
    static constexpr int MANTISSA = 52, BIAS = 1023;
    static constexpr double LEAST = -746, MOST = 710;
    static constexpr double INF = __builtin_inf(), NOT = __builtin_nan(""), TINY = 0x1p-1022;
    static constexpr double SAFE = 700;
    static constexpr double TANH_1 = 19.1, ERFC_0 = 27.3;
    static constexpr double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 1.90821492927058770e-10;
    static constexpr double EXP[] = {
        0.50000000000000011,    0.16666666666666669,    0.041666666666623241,
        0.0083333333333299939,  0.0013888888917654016,  0.00019841269863392214,
        2.4801520613566223e-05, 2.7557267935231926e-06, 2.7620412194498851e-07,
        2.5100634461878497e-08};
    static constexpr double LOG[] = {0.66666666666666696, 0.39999999999899238, 0.28571428626095891,
                                     0.22222211115144161, 0.18182890556695602, 0.15331674030167861,
                                     0.1461703754879165};
    static constexpr double ERFC[] = {
        0.17630924485185062, 0.17630924533479647, 0.16770037968287718,
        0.15048299815332714, 0.12591308943593363, 0.096567053330320479,
        0.065474465896223286, 0.039330591459634787, 0.0065305624297760006,
        0.031865179698448938, -0.099753577702333479, 0.21542848363720102,
        -0.41950433356650757, 0.60637672198760417, -0.64918027048735527,
        0.46175751758363737, -0.1083302635364848, -0.17854266080568368,
        0.24286185178005845, -0.15381832797220354, 0.05712293767908231,
        -0.012017907146542248, 0.001117018276338752};
};

template <class V>
using RealOf = Real<Element<V>>;

template <class V>  // the bits of V's numbers, as whole numbers without sign
using BitsOf = Vec<typename RealOf<V>::Bits, lanes<V>>;

template <class V>
constexpr typename RealOf<V>::Bits SIGN =
    typename RealOf<V>::Bits(1) << (8 * sizeof(Element<V>) - 1);

template <class V>
INLINE V size(V x) {
    return bits<V>(bits<BitsOf<V>>(x) & ~SIGN<V>);
}

// `positive` with the sign of `of`.
template <class V>
INLINE V signed_as(V positive, V of) {
    return bits<V>(bits<BitsOf<V>>(positive) | (bits<BitsOf<V>>(of) & SIGN<V>));
}

// Clamps that NaN passes: a comparison with NaN is false, and the second number is taken.
template <class V>
INLINE V at_least(Element<V> least, V x) {
    return larger(all<V>(least), x);
}

template <class V>
INLINE V at_most(Element<V> most, V x) {
    return smaller(all<V>(most), x);
}

// c[0] + c[1] x + ... + c[N − 1] xᴺ⁻¹: halves at the same time (Estrin), as long chains wait.
template <int N, class V>
INLINE V polynomial(const Element<V>* c, V x) {
    if constexpr (N == 1) {
        return all<V>(c[0]);
    } else if constexpr (N == 2) {
        return c[1] * x + c[0];
    } else {
        constexpr int HALF = N > 16 ? 16 : N > 8 ? 8 : N > 4 ? 4 : 2;
        V power = x * x;
        if constexpr (HALF >= 4) power = power * power;
        if constexpr (HALF >= 8) power = power * power;
        if constexpr (HALF >= 16) power = power * power;
        return polynomial<N - HALF>(c + HALF, x) * power + polynomial<HALF>(c, x);
    }
}

template <class V>
INLINE V sqrt(V x) {  // correctly rounded
#if defined(__AVX512F__)
    if constexpr (sizeof(V) == 64 && sizeof(Element<V>) == 4) 
        return (V)_mm512_maskz_sqrt_ps((__mmask16)-1, (__m512)x);
    if constexpr (sizeof(V) == 64 && sizeof(Element<V>) == 8) 
        return (V)_mm512_maskz_sqrt_pd((__mmask8)-1, (__m512d)x);
#endif
#if defined(__AVX2__)
    if constexpr (sizeof(V) == 32 && sizeof(Element<V>) == 4) return (V)_mm256_sqrt_ps((__m256)x);
    if constexpr (sizeof(V) == 32 && sizeof(Element<V>) == 8) return (V)_mm256_sqrt_pd((__m256d)x);
#endif
    V root;
    for (int i = 0; i < lanes<V>; i++)
        root[i] = sizeof(Element<V>) == 4 ? __builtin_sqrtf(x[i]) : __builtin_sqrt(x[i]);
    return root;
}

// eˣ = 2ⁿ eʳ, n the whole number next to x / ln 2; q is what eʳ = 1 + r + r² q needs.
//
// Adding 1.5 · 2²³ (2⁵²) rounds x / ln 2 to a whole number, which then stands in the last bits:
// `whole` ends in n + biases · BIAS. What is left, r, is within ± ln 2 / 2: a short polynomial
// serves.
template <class V>
struct Power {
    BitsOf<V> whole;
    V n, r, q;
};

template <int biases, class V, class... Tail>
INLINE Power<V> power(V x, Tail... tail) {  // of x, or of x + tail, a small one
    using R = RealOf<V>;
    using T = Element<V>;
    constexpr T INTO_LAST_BITS = T(1.5) * T(typename R::Bits(1) << R::MANTISSA) + biases * R::BIAS;
    V t = (x + ... + tail) * T(1.4426950408889634) + INTO_LAST_BITS;
    V n = t - INTO_LAST_BITS;
    V r = (((x - n * R::LN2_HIGH) - n * R::LN2_LOW) + ... + tail);  // n · LN2_HIGH is exact
    constexpr int TERMS = sizeof R::EXP / sizeof(T);
    return {bits<BitsOf<V>>(t), n, r, polynomial<TERMS>(R::EXP, r)};
}

// The last bits, moved up into the exponent: 2 to the power of them less BIAS.
template <class V>
INLINE V to_exponent(BitsOf<V> whole) {
    return bits<V>(whole << RealOf<V>::MANTISSA);
}

// y 2ⁿ; `whole` ends in n + 2 BIAS. 2ⁿ alone may be out of range where the product is not, so it
// comes in two halves, and only the last product rounds.
template <class V>
INLINE V scaled(V y, [[maybe_unused]] V n, BitsOf<V> whole) {
#if defined(__AVX512F__)  // one instruction, for six
    if constexpr (sizeof(V) == 64 && sizeof(Element<V>) == 4)
        return (V)_mm512_maskz_scalef_ps(0xffff, (__m512)y, (__m512)n);
    if constexpr (sizeof(V) == 64 && sizeof(Element<V>) == 8)
        return (V)_mm512_maskz_scalef_pd(0xff, (__m512d)y, (__m512d)n);
#endif
    BitsOf<V> half = whole >> 1;
    return y * to_exponent<V>(half) * to_exponent<V>(whole - half);
}

// eˣ, 1 ulp (1.3 without FMA). Infinity above; denormal numbers, then 0 below.
template <class V>
INLINE V exp(V x) {
    using R = RealOf<V>;
    auto [whole, n, r, q] = power<2>(at_least(R::LEAST, at_most(R::MOST, x)));
    return scaled((q * r + 1) * r + 1, n, whole);
}

// 1 / (1 + e⁻ᶻ), 3 ulp. As the core has it: z below −87 (−700) counts as that.
template <class V>
INLINE V sigmoid(V z) {
    using R = RealOf<V>;
    auto [whole, n, r, q] = power<1>(-at_least(-R::SAFE, at_most(R::SAFE, z)));
    V two = to_exponent<V>(whole);
    return 1 / ((q * r + 1) * (r * two) + (two + 1));
}

// eˣ − 1, 3 ulp. By halves of 2ⁿ, as 2¹²⁸ (2¹⁰²⁴) is not finite.
template <class V>
INLINE V expm1(V x) {
    using R = RealOf<V>;
    auto [whole, n, r, q] = power<1>(at_least(-R::SAFE, at_most(R::MOST, x)));
    V half = to_exponent<V>(whole - 1), y = (r * r * q + r) * half + (half - Element<V>(0.5));
    return signed_as(size(2 * y), x);
}

// tanh |x| = e / (e + 2), e = exp(2 |x|) − 1. 3 ulp.
template <class V>
INLINE V tanh(V x) {
    auto [whole, n, r, q] = power<1>(2 * at_most(RealOf<V>::TANH_1, size(x)));
    V two = to_exponent<V>(whole), e = (r * r * q + r) * two + (two - 1);
    return signed_as(e / (e + 2), x);
}

// x = 2ᵏ (1 + f), 1 + f in [√½, √2), for x positive, normal and finite. `down` is 2⁻ᵏ.
template <class V>
struct Parts {
    V k, f, down;
};

template <class V>
INLINE Parts<V> parts(V x) {
    using R = RealOf<V>;
    using T = Element<V>;
    using B = typename R::Bits;
    constexpr T WHOLE = T(B(1) << R::MANTISSA);  // whole numbers stand in its lowest bits
    BitsOf<V> low = bits<BitsOf<V>>(all<V>(T(0.7071067811865476)));
    BitsOf<V> i = bits<BitsOf<V>>(x) + (bits<BitsOf<V>>(all<V>(1)) - low);
    BitsOf<V> e = i >> R::MANTISSA;
    V k = bits<V>(e | bits<BitsOf<V>>(all<V>(WHOLE))) - (WHOLE + R::BIAS);
    V m = bits<V>((i & ((B(1) << R::MANTISSA) - 1)) + low);
    return {k, m - 1, bits<V>((2 * R::BIAS - e) << R::MANTISSA)};
}

// k ln 2 + log(1 + f) + c for a small c. With s = f / (2 + f): log(1 + f) = 2 s + s³ p(s²), and
// 2 s = f − s f, summed so that the rounding of s counts little: f − (f²/2 − s (f²/2 + s² p)).
template <class V>
INLINE V log_of(V k, V f, V c) {
    using R = RealOf<V>;
    V s = f / (2 + f), half = f * f * Element<V>(0.5), square = s * s;
    V p = square * polynomial<sizeof R::LOG / sizeof(Element<V>)>(R::LOG, square);
    return k * R::LN2_HIGH - ((half - (s * (half + p) + (k * R::LN2_LOW + c))) - f);
}

// What log y is at y = 0, below it, and at infinity and NaN; `usual` elsewhere.
template <class V>
INLINE V at_edges(V y, V usual) {
    using R = RealOf<V>;
    V below = y == 0 ? all<V>(-R::INF) : all<V>(R::NOT);
    usual = y < R::INF ? usual : y;
    return y > 0 ? usual : below;
}

// log x, 1 ulp. Numbers below the normal ones are moved up first.
template <class V>
INLINE V log(V x) {
    using R = RealOf<V>;
    using T = Element<V>;
    constexpr T UP = T(typename R::Bits(1) << R::MANTISSA);
    Mask<V> small = x < R::TINY;
    auto [k, f, down] = parts(small ? x * UP : x);
    return at_edges(x, log_of(small ? k - T(R::MANTISSA) : k, f, V{}));
}

// log(1 + x), 2 ulp. 1 + x rounded is u; what was lost comes back as lost / u, which needs only
// few digits: 1 / (1 + f) ≈ 1 − f + f². Near 0 nothing is lost, for x itself is f.
template <class V>
INLINE V log1p(V x) {
    constexpr Element<V> BIG = 0x1p100;  // 1 is nothing beside it, and `down` is still a number
    V u = 1 + x, back = u - 1;
    V lost = (1 - (u - back)) + (x - back);
    auto [k, f, down] = parts(u);
    Mask<V> near = k == 0;
    V c = x < BIG ? lost * down * (1 - f + f * f) : V{};
    return signed_as(size(at_edges(u, log_of(k, near ? x : f, near ? V{} : c))), x);
}

// log(1 + e) for 0 <= e <= 1, 1 ulp: from √2 − 1 on it is log 2 + log(1 + (e − 1) / 2).
template <class V>
INLINE V log1p_of_unit(V e) {
    using T = Element<V>;
    Mask<V> upper = e > T(0.41421356237309503);
    return log_of(upper ? all<V>(1) : V{}, upper ? (e - 1) * T(0.5) : e, V{});
}

// eˣ for x = head + tail, a sum that was not rounded: tail joins what is left of head.
template <class V>
INLINE V exp_of_sum(V head, V tail) {
    using R = RealOf<V>;
    auto [whole, n, r, q] = power<2>(at_least(R::LEAST, head), tail);
    return scaled((q * r + 1) * r + 1, n, whole);
}

// erfc x = 1 − erf x = 2/√π ∫ₓ^∞ exp(−t²) dt. For y = |x|, erfc y = exp(−y²) t p(t) with
// t = 1 / (1 + 0.3125 y), where p goes from 1 down to 0.3125 / √π. 9 ulp.
//
// A rounded y² would be off by y² ulp: `head` is y without the lower half of its digits, whose
// square is exact, and the rest, (head − y) (head + y), is small.
template <class V>
INLINE V erfc(V x) {
    using R = RealOf<V>;
    using T = Element<V>;
    constexpr auto UPPER = ~((typename R::Bits(1) << (R::MANTISSA / 2 + 1)) - 1);
    V y = at_most(R::ERFC_0, size(x)), head = bits<V>(bits<BitsOf<V>>(y) & UPPER);
    V t = 1 / (1 + T(0.3125) * y);
    V p = polynomial<sizeof R::ERFC / sizeof(T)>(R::ERFC, t);
    V tail = exp_of_sum(-head * head, (head - y) * (head + y)) * (t * p);
    return x > 0 ? tail : 2 - tail;
}

}  // namespace chainrule::TARGET
