// Time, and whether to stop: compiled once for all instruction sets.
#pragma once
#include <cstdint>

#include "plan.h"

// Of a function in a header that all instruction sets share, no copy may be left (README.md).
#define ALWAYS_INLINE __attribute__((always_inline)) inline

namespace chainrule {

int64_t nanoseconds();  // since some moment; never runs backwards

// Says when 20 ms are over. A step may take 100 ns and a look at the clock 25, so the clock is
// looked at once in so many steps as take about half a millisecond.
class Watch {
  public:
    Watch() : last_(nanoseconds()), due_(last_ + POLL) {}

    bool is_over() {
        if (--left_ > 0) return false;
        return looked_at();
    }

  private:
    static constexpr int64_t POLL = 20'000'000, LOOK = 500'000;  // nanoseconds

    bool looked_at();

    int64_t last_, due_, stride_ = 1, left_ = 1;
};

// Whether a call has to end, for code that is in the middle of a step or of a million rows.
//
// look() stands between two pieces of work, in any thread, and says how large the last one was. Who
// made this asks, about every 20 ms; the others see what was answered. A piece may take 1 µs, so
// the clock is looked at after 32 million flops, a millisecond or less on one core.
class Halt {
  public:
    Halt(Answer (*ask)(void*), void* with);
    Halt(const Halt&) = delete;
    Halt& operator=(const Halt&) = delete;

    // True: leave, what was begun is thrown away.
    ALWAYS_INLINE bool look(double flops) {
        return now() || (mine() && (left_ -= flops) < 0 && looked_at());
    }
    ALWAYS_INLINE bool now() const { return __atomic_load_n(&now_, __ATOMIC_RELAXED); }

    // Between two steps: whether that was the last one.
    ALWAYS_INLINE bool ends() { return ends_ || ask() != Answer::go_on; }

    // The answer so far, for a Halt within this one.
    static Answer of(void* halt);

  private:
    static constexpr double LOOK = 1 << 25;
    static constexpr int64_t POLL = 20'000'000;

    bool mine() const;
    bool looked_at();
    Answer ask();

    Answer (*ask_)(void*);
    void* with_;
    int seat_;
    double left_ = LOOK;
    int64_t due_ = 0;  // not known before the first look
    bool now_ = false, ends_ = false;
};

}  // namespace chainrule
