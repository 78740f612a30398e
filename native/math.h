// exp, log, tanh and their kin on vectors, for numbers of 4 and of 8 bytes and every width.
//
// No branches and no tables: both sides of a choice are computed, then chosen. The errors stated
// are in ulp (units in the last place of the result) and measured: the largest over every float
// there is, and over samples of doubles (benchmarks/ulp.py, tests/contracts/test_functions.py).
// NaN stays NaN. A result below the smallest normal number may be 0.
#pragma once
#include "vector.h"

namespace chainrule::TARGET {

// What is different for float and double. Coefficients: own fits at Chebyshev nodes.
template <class T>
struct Real;

template <>
struct Real<float> {
    using Bits = uint32_t;
    using Whole = int32_t;
    static constexpr int MANTISSA = 23, BIAS = 127;
    static constexpr float LOWEST = -87.33654f, HIGHEST = 88.72283f;  // exp: normal and finite
    static constexpr float INF = __builtin_inff(), NOT = __builtin_nanf(""), TINY = 0x1p-126f;
    static constexpr float SAFE = 87;     // −core.activations.LOWEST
    static constexpr float TANH_1 = 9.1f;  // tanh is 1 from there on
    static constexpr float LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;  // 9 bits; the rest
    static constexpr float EXP[] = {0.5f,           0.166665761f,   0.0416665535f,
                                    0.00836333308f, 0.0013926376f};
    static constexpr float LOG[] = {0.666666851f, 0.399887707f, 0.295803983f};
};

template <>
struct Real<double> {
    using Bits = uint64_t;
    using Whole = int64_t;
    static constexpr int MANTISSA = 52, BIAS = 1023;
    static constexpr double LOWEST = -708.3964185322641, HIGHEST = 709.782712893384;
    static constexpr double INF = __builtin_inf(), NOT = __builtin_nan(""), TINY = 0x1p-1022;
    static constexpr double SAFE = 700;
    static constexpr double TANH_1 = 19.1;
    static constexpr double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 1.90821492927058770e-10;
    static constexpr double EXP[] = {
        0.50000000000000011,    0.16666666666666669,    0.041666666666623241,
        0.0083333333333299939,  0.0013888888917654016,  0.00019841269863392214,
        2.4801520613566223e-05, 2.7557267935231926e-06, 2.7620412194498851e-07,
        2.5100634461878497e-08};
    static constexpr double LOG[] = {0.66666666666666696, 0.39999999999899238, 0.28571428626095891,
                                     0.22222211115144161, 0.18182890556695602, 0.15331674030167861,
                                     0.1461703754879165};
};

template <class V>
using RealOf = Real<Element<V>>;

template <class V>  // the bits of V's numbers, as whole numbers without sign
using BitsOf = Vec<typename RealOf<V>::Bits, lanes<V>>;

template <class V>
constexpr typename RealOf<V>::Bits SIGN = typename RealOf<V>::Bits(1) << (8 * sizeof(Element<V>) - 1);

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
        constexpr int HALF = N > 8 ? 8 : N > 4 ? 4 : 2;
        V power = x * x;
        if constexpr (HALF >= 4) power = power * power;
        if constexpr (HALF >= 8) power = power * power;
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

// eˣ = two · eʳ with two = 2ⁿ, n the whole number next to x / ln 2, for |x| <= SAFE; q is what
// eʳ = 1 + r + r² q needs.
//
// Adding 1.5 · 2²³ (2⁵²) rounds x / ln 2 to a whole number, which then stands in the lowest bits:
// a shift makes it an exponent. What is left, r, is within ± ln 2 / 2: a short polynomial serves.
template <class V>
struct Power {
    V two, r, q;
};

template <class V>
INLINE Power<V> power(V x) {
    using R = RealOf<V>;
    using T = Element<V>;
    constexpr T INTO_LAST_BITS = T(1.5) * T(typename R::Bits(1) << R::MANTISSA) + R::BIAS;
    V t = x * T(1.4426950408889634) + INTO_LAST_BITS;
    V n = t - INTO_LAST_BITS;
    V r = (x - n * R::LN2_HIGH) - n * R::LN2_LOW;  // n · LN2_HIGH is exact
    constexpr int TERMS = sizeof R::EXP / sizeof(T);
    return {bits<V>(bits<BitsOf<V>>(t) << R::MANTISSA), r, polynomial<TERMS>(R::EXP, r)};
}

// eˣ, 1 ulp. The exponent of eʳ is moved by n: unlike two it never leaves its range for a finite
// result. Above: infinity; below the smallest normal number: 0.
template <class V>
INLINE V exp(V x) {
    using R = RealOf<V>;
    auto [two, r, q] = power(x);
    auto n = bits<BitsOf<V>>(two) - bits<BitsOf<V>>(all<V>(1));
    V y = bits<V>(bits<BitsOf<V>>((q * r + 1) * r + 1) + n);
    y = x >= R::LOWEST ? y : V{};
    return x <= R::HIGHEST ? y : x + R::INF;  // NaN + infinity is NaN
}

// 1 / (1 + e⁻ᶻ), 3 ulp. As the core has it: z below −87 (−700) counts as that.
template <class V>
INLINE V sigmoid(V z) {
    using R = RealOf<V>;
    auto [two, r, q] = power(-at_least(-R::SAFE, at_most(R::SAFE, z)));
    return 1 / ((q * r + 1) * (r * two) + (two + 1));  // a division waits beside, not before, others
}

// eˣ − 1, 2 ulp.
template <class V>
INLINE V expm1(V x) {
    using R = RealOf<V>;
    auto [two, r, q] = power(at_least(-R::SAFE, at_most(R::SAFE, x)));
    V y = signed_as(size((r * r * q + r) * two + (two - 1)), x);
    return x <= R::SAFE ? y : exp(x);
}

// tanh |x| = e / (e + 2), e = exp(2 |x|) − 1. 3 ulp.
template <class V>
INLINE V tanh(V x) {
    auto [two, r, q] = power(2 * at_most(RealOf<V>::TANH_1, size(x)));
    V e = (r * r * q + r) * two + (two - 1);
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

// erfc x = 1 − erf x = 2/√π ∫ₓ^∞ exp(−t²) dt: a ratio of polynomials on each of three pieces.
// Source: Cody (1969), Rational Chebyshev approximations for the error function.
template <class T>
struct Cody {
    static constexpr T A[] = {3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2,
                              3.16112374387056560e0, 1.85777706184603153e-1};
    static constexpr T B[] = {2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2,
                              2.36012909523441209e1, 1.0};
    static constexpr T C[] = {1.23033935479799725e3, 2.05107837782607147e3, 1.71204761263407058e3,
                              8.81952221241769090e2, 2.98635138197400131e2, 6.61191906371416295e1,
                              8.88314979438837594e0, 5.64188496988670089e-1,
                              2.15311535474403846e-8};
    static constexpr T D[] = {1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3,
                              3.29079923573345963e3, 1.62138957456669019e3, 5.37181101862009858e2,
                              1.17693950891312499e2, 1.57449261107098347e1, 1.0};
    static constexpr T P[] = {6.58749161529837803e-4, 1.60837851487422766e-2,
                              1.25781726111229246e-1, 3.60344899949804439e-1,
                              3.05326634961232344e-1, 1.63153871373020978e-2};
    static constexpr T Q[] = {2.33520497626869185e-3, 6.05183413124413191e-2,
                              5.27905102951428412e-1, 1.87295284992346725e0,
                              2.56852019228982242e0, 1.0};
};

template <int N, class V>
INLINE V ratio(const Element<V>* above, const Element<V>* below, V x) {
    return polynomial<N>(above, x) / polynomial<N>(below, x);
}

// exp(−y²). A rounded y² would be off by y² ulp: the square of a few bits is exact.
template <class V>
INLINE V exp_minus_square(V y) {
    constexpr Element<V> WHOLE = typename RealOf<V>::Bits(1) << RealOf<V>::MANTISSA;
    V few = ((y * 16 + WHOLE) - WHOLE) * Element<V>(0.0625);
    return exp(-few * few) * exp((few - y) * (few + y));
}

template <class V>
INLINE V erfc(V x) {
    using T = Element<V>;
    using K = Cody<T>;
    V y = at_most(T(40), size(x)), middle = at_most(4, y), far = at_least(4, y);
    V near = at_most(0.46875, y), u = 1 / (far * far);
    V beyond_4 = (T(0.5641895835477563) - u * ratio<6>(K::P, K::Q, u)) / far;
    V tail = exp_minus_square(y) * (y > 4 ? beyond_4 : ratio<9>(K::C, K::D, middle));
    V small = near * ratio<5>(K::A, K::B, near * near);  // erf y
    V upper = y > T(0.46875) ? tail : 1 - small;
    V lower = y > T(0.46875) ? 2 - tail : 1 + small;
    return x > 0 ? upper : lower;
}

}  // namespace chainrule::TARGET
