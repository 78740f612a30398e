#include "clock.h"

#include <chrono>

namespace chainrule {

int64_t nanoseconds() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

bool Watch::looked_at() {
    int64_t now = nanoseconds(), passed = now - last_;
    if (passed < LOOK / 2) stride_ *= 2;
    if (passed > LOOK * 2 && stride_ > 1) stride_ /= 2;
    last_ = now, left_ = stride_;
    if (now < due_) return false;
    due_ = now + POLL;
    return true;
}

}  // namespace chainrule
