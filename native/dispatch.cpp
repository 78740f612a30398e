// Which instruction set is used: the best that both this binary and the processor have.
//
// CHAINRULE_TARGET names another one. It is read once, so that a process never mixes two: sums
// have other last bits with other registers.
#include <cstdlib>
#include <cstring>

#include "kernels.h"

namespace chainrule {

#define DECLARE(name)                \
    namespace name {                 \
    template <class T>               \
    const Kernels<T>& table();       \
    template <>                      \
    const Kernels<float>& table();   \
    template <>                      \
    const Kernels<double>& table();  \
    }
#ifdef WITH_BASE
DECLARE(base)
#endif
#ifdef WITH_AVX2
DECLARE(avx2)
#endif
#ifdef WITH_AVX512
DECLARE(avx512)
#endif

namespace {

struct Target {
    const char* name;
    bool (*runs)();
    const Kernels<float>& (*floats)();
    const Kernels<double>& (*doubles)();
};

// Cpuid alone does not tell whether the system saves the wide registers; these calls look at both.
#ifdef WITH_AVX512
bool has_avx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif
#ifdef WITH_AVX2
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

const Target TARGETS[] = {
#ifdef WITH_AVX512
    {"avx512", has_avx512, avx512::table<float>, avx512::table<double>},
#endif
#ifdef WITH_AVX2
    {"avx2", has_avx2, avx2::table<float>, avx2::table<double>},
#endif
#ifdef WITH_BASE
    {"base", [] { return true; }, base::table<float>, base::table<double>},
#endif
};

std::string known() {
    std::string names;
    for (const char* name : targets()) names += (names.empty() ? "" : ", ") + std::string(name);
    return names;
}

const Target* named(const char* name) {
    for (const Target& each : TARGETS)
        if (each.runs() && std::strcmp(each.name, name) == 0) return &each;
    return nullptr;
}

const Target& choose() {
    const char* wanted = std::getenv("CHAINRULE_TARGET");
    if (wanted == nullptr || *wanted == 0) wanted = targets().front();
    if (const Target* found = named(wanted)) return *found;
    throw Refusal{"CHAINRULE_TARGET", "an instruction set that this processor has: " + known(),
                  wanted, "Leave it unset: the best one is taken."};
}

const Target& chosen() {
    static const Target& target = choose();
    return target;
}

}  // namespace

std::vector<const char*> targets() {
    std::vector<const char*> names;
    for (const Target& each : TARGETS)
        if (each.runs()) names.push_back(each.name);
    return names;
}

const char* target() { return chosen().name; }

template <>
const Kernels<float>& kernels() {
    return chosen().floats();
}

template <>
const Kernels<double>& kernels() {
    return chosen().doubles();
}

template <>
const Kernels<float>* kernels_of(const char* target) {
    const Target* found = named(target);
    return found ? &found->floats() : nullptr;
}

template <>
const Kernels<double>* kernels_of(const char* target) {
    const Target* found = named(target);
    return found ? &found->doubles() : nullptr;
}

}  // namespace chainrule
