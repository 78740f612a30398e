#include "aligned.h"

#include <cstring>

namespace chainrule {

namespace {

constexpr int64_t STEPS = 64;      // of a call, from which on copying is cheap
constexpr int64_t MOST = 1 << 19;  // parameters: 2 or 4 MB, what caches hold

template <class T>
int64_t whole_lines(int64_t count) {
    constexpr int64_t line = 64 / sizeof(T);
    return (count + line - 1) / line * line;
}

// Rows stay as they are where lines would be less than half full: W would need twice the cache.
template <class T>
Plan in_lines(Plan plan) {
    int64_t at = 0;
    for (Layer& layer : plan.layers) {
        const int64_t row = whole_lines<T>(layer.units);
        layer.W_row = row <= 2 * layer.units ? row : layer.units;
        layer.W = at;
        layer.b = at + whole_lines<T>(layer.fan_in * layer.W_row);
        at = layer.b + whole_lines<T>(layer.biases());
    }
    plan.parameters = at;
    return plan;
}

template <class T>
T* taken(Arena& arena, const T* here, int64_t count) {
    return here ? static_cast<T*>(arena.bytes(static_cast<size_t>(count) * sizeof(T))) : nullptr;
}

}  // namespace

template <class T>
bool Aligned<T>::pays(const Plan& dense, int64_t steps) {
    return steps >= STEPS && dense.parameters <= MOST;
}

template <class T>
Aligned<T>::Aligned(const Plan& dense, Numbers<T> numbers, Arena& arena)
    : dense_(dense), plan_(in_lines<T>(dense)), here_(numbers),
      there_{taken(arena, numbers.theta, plan_.parameters),
             taken(arena, numbers.m, plan_.parameters),
             taken(arena, numbers.v, plan_.parameters)} {
    each_row([](T* here, T* there, size_t bytes) { std::memcpy(there, here, bytes); });
}

template <class T>
Aligned<T>::~Aligned() {
    each_row([](T* here, T* there, size_t bytes) { std::memcpy(here, there, bytes); });
}

// copy(here, there, bytes) for each row of W and each b, of θ, m and v.
template <class T>
template <class Copy>
void Aligned<T>::each_row(Copy copy) const {
    const auto all = [&](int64_t here, int64_t there, int64_t count) {
        const size_t bytes = static_cast<size_t>(count) * sizeof(T);
        copy(here_.theta + here, there_.theta + there, bytes);
        if (here_.m) copy(here_.m + here, there_.m + there, bytes);
        if (here_.v) copy(here_.v + here, there_.v + there, bytes);
    };
    for (size_t l = 0; l < plan_.layers.size(); l++) {
        const Layer &from = dense_.layers[l], &to = plan_.layers[l];
        for (int64_t i = 0; i < from.fan_in; i++)
            all(from.W + i * from.W_row, to.W + i * to.W_row, from.units);
        if (from.biases()) all(from.b, to.b, from.biases());
    }
}

template class Aligned<float>;
template class Aligned<double>;

}  // namespace chainrule
