// Numbers side by side: one type for every instruction set, from the compiler's vector extension.
//
// A kernel is written once, for Vec<T>, and compiled once for each TARGET: a register has 64 bytes
// with AVX-512, 32 with AVX2, 16 with SSE2 and NEON. Operators work number by number; a comparison
// gives a Mask, which chooses: `m ? a : b`.
//
// Everything in these headers lives in namespace chainrule::TARGET and is inlined or a template of
// ours. Nothing of the standard library that could be emitted out of line is used in them: the
// linker keeps one copy of such a function, and it could be the one that needs AVX-512.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#define INLINE [[gnu::always_inline]] inline
#define INLINE_LAMBDA __attribute__((always_inline))

namespace chainrule::TARGET {

#if defined(__AVX512F__)
constexpr int WIDTH = 64, REGISTERS = 32;
#elif defined(__AVX2__)
constexpr int WIDTH = 32, REGISTERS = 16;
#elif defined(__ARM_NEON)
constexpr int WIDTH = 16, REGISTERS = 32;
#else
constexpr int WIDTH = 16, REGISTERS = 16;
#endif

template <class T, int L>
struct VecOf {
    typedef T type __attribute__((vector_size(L * sizeof(T))));
    typedef T loose __attribute__((vector_size(L * sizeof(T)), aligned(alignof(T)), may_alias));
};

// L numbers of type T; by default as many as a register holds.
template <class T, int L = WIDTH / sizeof(T)>
using Vec = typename VecOf<T, L>::type;

template <class V>
using Element = std::remove_cv_t<std::remove_reference_t<decltype(std::declval<V&>()[0])>>;

template <class V>
using Mask = decltype(V{} < V{});  // whole numbers of the same width: −1 where true, 0 where not

template <class V>
constexpr int lanes = sizeof(V) / sizeof(Element<V>);

template <class V>
INLINE V all(Element<V> x) {
    return x - V{};  // not x + V{}: −0 + 0 is +0
}

template <class V>
INLINE V load(const Element<V>* from) {
    return *reinterpret_cast<const typename VecOf<Element<V>, lanes<V>>::loose*>(from);
}

template <class V>
INLINE void store(Element<V>* to, V v) {
    *reinterpret_cast<typename VecOf<Element<V>, lanes<V>>::loose*>(to) = v;
}

// The first `count` numbers, and zeros behind them. Memory behind them is not touched.
template <class V>
INLINE V load_part(const Element<V>* from, int count) {
#if defined(__AVX512F__)
    if constexpr (sizeof(V) == 64 && sizeof(Element<V>) == 4)
        return (V)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
    if constexpr (sizeof(V) == 64 && sizeof(Element<V>) == 8)
        return (V)_mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), from);
#endif
    V v{};
    for (int i = 0; i < count; i++) v[i] = from[i];
    return v;
}

template <class V>
INLINE void store_part(Element<V>* to, V v, int count) {
#if defined(__AVX512F__)
    if constexpr (sizeof(V) == 64 && sizeof(Element<V>) == 4)
        return _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)v);
    if constexpr (sizeof(V) == 64 && sizeof(Element<V>) == 8)
        return _mm512_mask_storeu_pd(to, (__mmask8)((1u << count) - 1), (__m512d)v);
#endif
    for (int i = 0; i < count; i++) to[i] = v[i];
}

// The same bits as another type: how exp sets an exponent.
template <class To, class From>
INLINE To bits(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

// a > b ? a : b, and so with NaN: whatever is compared with NaN, b is taken. The one instruction
// there is for it: GCC 12 makes two of the comparison.
template <class V>
INLINE V larger(V a, V b) {
    [[maybe_unused]] constexpr int number = sizeof(Element<V>), bytes = sizeof(V);
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && number == 4)
        return (V)_mm512_maskz_max_ps(0xffff, (__m512)a, (__m512)b);
    if constexpr (bytes == 64 && number == 8)
        return (V)_mm512_maskz_max_pd(0xff, (__m512d)a, (__m512d)b);
#endif
#if defined(__AVX2__)
    if constexpr (bytes == 32 && number == 4) return (V)_mm256_max_ps((__m256)a, (__m256)b);
    if constexpr (bytes == 32 && number == 8) return (V)_mm256_max_pd((__m256d)a, (__m256d)b);
#endif
#if defined(__SSE2__)
    if constexpr (bytes == 16 && number == 4) return (V)_mm_max_ps((__m128)a, (__m128)b);
    if constexpr (bytes == 16 && number == 8) return (V)_mm_max_pd((__m128d)a, (__m128d)b);
#endif
    return a > b ? a : b;
}

template <class V>
INLINE V smaller(V a, V b) {
    [[maybe_unused]] constexpr int number = sizeof(Element<V>), bytes = sizeof(V);
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && number == 4)
        return (V)_mm512_maskz_min_ps(0xffff, (__m512)a, (__m512)b);
    if constexpr (bytes == 64 && number == 8)
        return (V)_mm512_maskz_min_pd(0xff, (__m512d)a, (__m512d)b);
#endif
#if defined(__AVX2__)
    if constexpr (bytes == 32 && number == 4) return (V)_mm256_min_ps((__m256)a, (__m256)b);
    if constexpr (bytes == 32 && number == 8) return (V)_mm256_min_pd((__m256d)a, (__m256d)b);
#endif
#if defined(__SSE2__)
    if constexpr (bytes == 16 && number == 4) return (V)_mm_min_ps((__m128)a, (__m128)b);
    if constexpr (bytes == 16 && number == 8) return (V)_mm_min_pd((__m128d)a, (__m128d)b);
#endif
    return a < b ? a : b;
}

// √ of every number, rounded right: the compiler makes one instruction of it.
template <class V>
INLINE V root(V v) {
    for (int i = 0; i < lanes<V>; i++)
        if constexpr (sizeof(Element<V>) == 4) v[i] = __builtin_sqrtf(v[i]);
        else v[i] = __builtin_sqrt(v[i]);
    return v;
}

// Halves are folded onto halves: a fixed tree, whatever the compiler does.
template <class V>
INLINE Element<V> sum(V v) {
    if constexpr (lanes<V> == 1) {
        return v[0];
    } else {
        Vec<Element<V>, lanes<V> / 2> half[2];
        std::memcpy(half, &v, sizeof v);
        return sum(half[0] + half[1]);
    }
}

template <class V>
INLINE Element<V> largest(V v) {
    if constexpr (lanes<V> == 1) {
        return v[0];
    } else {
        Vec<Element<V>, lanes<V> / 2> half[2];
        std::memcpy(half, &v, sizeof v);
        return largest(larger(half[0], half[1]));
    }
}

}  // namespace chainrule::TARGET
