#include "pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>  // call_once
#include <system_error>
#include <thread>
#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

namespace chainrule {
namespace {

// A product of a small network takes some 10 µs, waking a sleeper about as long: who waits spins
// first, as long as the next job of the same training step is likely to come. Yielding makes room
// where there are fewer free cores than threads.
constexpr auto SPIN = std::chrono::microseconds(40);
constexpr int PAUSES = 200, MOST = 256;

thread_local int own_seat = 0;

inline void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// True as soon as ready(); false when it was not for as long as spinning pays.
template <class Ready>
bool spin_until(Ready ready) {
    for (int i = 0; i < PAUSES; i++) {
        if (ready()) return true;
        pause();
    }
    const auto end = std::chrono::steady_clock::now() + SPIN;
    do {
        if (ready()) return true;
        std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < end);
    return ready();
}

// One job at a time. The ticket is what threads race for: 24 bits number the job, 8 bits say how
// many seats it has, 32 bits how many tasks are still to be taken. Taking one is a
// compare-and-exchange of all 64, so nobody takes a task of one job for a task of the next; and a
// job can't end while a task of it is held, so what f and with are may be read after the taking.
class Crew {
public:
    // All tasks are done when this returns true; false: the crew is busy, nothing was done.
    bool work(int seats, int64_t tasks, void (*f)(void*, int64_t), void* with) {
        if (busy_.exchange(true, std::memory_order_acquire)) return false;
        hire(seats - 1);
        f_ = f, with_ = with, tasks_ = tasks;
        undone_.store(static_cast<uint32_t>(tasks), std::memory_order_relaxed);
        const uint64_t job = (ticket_.load(std::memory_order_relaxed) >> 40) + 1;
        const uint64_t both = static_cast<uint64_t>(seats) << 32 | static_cast<uint64_t>(tasks);
        ticket_.store(job << 40 | both);
        wake();
        while (take(0)) {
        }
        await();
        busy_.store(false, std::memory_order_release);
        return true;
    }

private:
    static uint64_t left(uint64_t ticket) { return ticket & 0xffffffff; }
    static bool mine(uint64_t ticket, int seat) {
        return left(ticket) > 0 && seat < static_cast<int>(ticket >> 32 & 0xff);
    }

    bool take(int seat) {
        uint64_t ticket = ticket_.load(std::memory_order_acquire);
        do {
            if (!mine(ticket, seat)) return false;
        } while (!ticket_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel));
        f_(with_, tasks_ - static_cast<int64_t>(left(ticket)));
        if (undone_.fetch_sub(1) == 1 && caller_sleeps_.load()) undone_.notify_one();
        return true;
    }

    void await() {  // the tasks that others hold
        if (spin_until([&] { return undone_.load(std::memory_order_acquire) == 0; })) return;
        caller_sleeps_.store(true);
        for (uint32_t n; (n = undone_.load()) != 0;) undone_.wait(n);
        caller_sleeps_.store(false);
    }

    void wake() {
        if (sleepers_.load() == 0) return;
        alarm_.fetch_add(1);
        alarm_.notify_all();
    }

    void serve(int seat) {
        own_seat = seat;
        for (;;) {
            while (take(seat)) {
            }
            const auto ready = [&] { return mine(ticket_.load(std::memory_order_acquire), seat); };
            if (spin_until(ready)) continue;
            const uint32_t alarm = alarm_.load();
            sleepers_.fetch_add(1);  // from here on a new job rings the alarm
            if (!mine(ticket_.load(), seat)) alarm_.wait(alarm);
            sleepers_.fetch_sub(1);
        }
    }

    void hire(int wanted) try {
        for (; hired_ < wanted; hired_++)
            std::thread([this, seat = hired_ + 1] { serve(seat); }).detach();
    } catch (const std::system_error&) {  // no more threads to be had: fewer do it
    }

    std::atomic<bool> busy_{false};
    int hired_ = 0;
    void (*f_)(void*, int64_t) = nullptr;
    void* with_ = nullptr;
    int64_t tasks_ = 0;
    alignas(64) std::atomic<uint64_t> ticket_{0};
    alignas(64) std::atomic<uint32_t> undone_{0};
    std::atomic<bool> caller_sleeps_{false};
    alignas(64) std::atomic<uint32_t> alarm_{0};
    std::atomic<int> sleepers_{0};
};

// Never destroyed: its threads may outlive main. A forked child has none of them, and the crew may
// be busy for ever there: the child leaves the old one alone and starts with a new one.
std::atomic<Crew*> crew_of_process{nullptr};

Crew& crew() {
    static std::once_flag once;
    std::call_once(once, [] {
        crew_of_process = new Crew;
#if defined(__unix__) || defined(__APPLE__)
        pthread_atfork(nullptr, nullptr, [] { crew_of_process = new Crew, own_seat = 0; });
#endif
    });
    return *crew_of_process;
}

}  // namespace

Pool::Pool(int threads) : threads_(std::clamp(threads, 1, MOST - 1)) {}

int Pool::seat() { return own_seat; }

void Pool::run(int64_t tasks, void (*f)(void*, int64_t), void* with) const {
    const bool alone = threads_ == 1 || tasks <= 1 || tasks > INT32_MAX;
    if (!alone && crew().work(threads_, tasks, f, with)) return;
    for (int64_t task = 0; task < tasks; task++) f(with, task);
}

}  // namespace chainrule
