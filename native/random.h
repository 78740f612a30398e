// Random words by position, as core/random.py has them: the very bits of NumPy's PCG64.
//
// Source: O'Neill (2014), PCG: A family of simple fast space-efficient statistically good
// algorithms for random number generation; generator XSL RR 128/64.
#pragma once
#include "plan.h"
#include "vector.h"

namespace chainrule::TARGET {

constexpr uint128 MULTIPLIER = ((uint128)0x2360ed051fc65da4 << 64) | 0x4385df649fccf645;

// A stream of 64-bit words that stands somewhere.
class Words {
  public:
    explicit Words(const Stream& start)
        : state_(whole(start.state_high, start.state_low)),
          increment_(whole(start.increment_high, start.increment_low)) {}

    uint64_t next() {
        state_ = state_ * MULTIPLIER + increment_;
        uint64_t folded = (uint64_t)(state_ >> 64) ^ (uint64_t)state_;
        int turn = (int)(state_ >> 122);
        return (folded >> turn) | (folded << (-turn & 63));
    }

    // Over the next `steps` words: x → a x + c done 2^k times is again such a function.
    void skip(uint128 steps) {
        uint128 a = MULTIPLIER, c = increment_, all_a = 1, all_c = 0;
        for (; steps; steps >>= 1) {
            if (steps & 1) all_a *= a, all_c = all_c * a + c;
            c *= a + 1;
            a *= a;
        }
        state_ = all_a * state_ + all_c;
    }

  private:
    static uint128 whole(uint64_t high, uint64_t low) { return ((uint128)high << 64) | low; }

    uint128 state_, increment_;
};

// Uniform in (0, 1): the middles of 2^53 equal steps, the last one below 1 (core/random.uniform).
INLINE double uniform(uint64_t word) {
    double middle = ((double)(word >> 11) + 0.5) * 0x1p-53;
    return middle < 1 ? middle : 1 - 0x1p-53;
}

// What each of `rows` rows of `units` numbers is multiplied by in a layer with dropout: 0, or
// 1 / (1 − drop_probability). Rows are `length` apart. `drawn` rows were drawn for before.
template <class T>
void drop_mask(const Layer& layer, uint128 drawn, int64_t rows, T* mask, int64_t length) {
    Words words(layer.drops);
    words.skip(drawn * (uint128)layer.units);
    T kept = (T)(1 / (1 - layer.drop_probability));
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < layer.units; j++)
            mask[r * length + j] = uniform(words.next()) > layer.drop_probability ? kept : 0;
}

}  // namespace chainrule::TARGET
