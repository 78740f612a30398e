#include "clock.h"

#include <chrono>

#include "pool.h"

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

Halt::Halt(Answer (*ask)(void*), void* with) : ask_(ask), with_(with), seat_(Pool::seat()) {}

bool Halt::mine() const { return Pool::seat() == seat_; }

bool Halt::looked_at() {
    const int64_t now = nanoseconds();
    left_ = LOOK;
    if (due_ == 0) due_ = now + POLL;
    return now >= due_ && ask() == Answer::now;
}

Answer Halt::ask() {
    const Answer answer = ask_(with_);
    due_ = nanoseconds() + POLL;
    ends_ |= answer != Answer::go_on;
    if (answer == Answer::now) __atomic_store_n(&now_, true, __ATOMIC_RELAXED);
    return answer;
}

Answer Halt::of(void* halt) {
    Halt& its = *static_cast<Halt*>(halt);
    if (its.mine() && !its.now() && nanoseconds() >= its.due_) its.ask();
    return its.now() ? Answer::now : Answer::go_on;
}

}  // namespace chainrule
