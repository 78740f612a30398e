// Time, compiled once for all instruction sets.
#pragma once
#include <cstdint>

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

}  // namespace chainrule
