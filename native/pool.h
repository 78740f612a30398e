// Threads that share out the tasks of a job.
//
// A Pool is how many may work together. The threads themselves belong to the process: they are
// made when first needed, sleep where there is nothing to do, and are made anew in a forked child.
#pragma once
#include <cstdint>

namespace chainrule {

class Pool {
public:
    explicit Pool(int threads = 1);
    int threads() const { return threads_; }

    // Calls f(with, 0), ..., f(with, tasks − 1), each once, and returns when all are done. Who gets
    // which is open: a result must not depend on it. Where another job has the threads (a second
    // Python thread; a task that calls run itself), the caller does all alone. f throws nothing.
    void run(int64_t tasks, void (*f)(void* with, int64_t task), void* with) const;

    // Of the thread that asks, in a task: 0 the caller, 1 ... threads() − 1 the others. Two tasks
    // of a job that run at the same time have different seats: scratch is kept by seat.
    static int seat();

private:
    int threads_;
};

// The tasks as a lambda: each(pool, tasks, [&](int64_t task) { ... }).
template <class F>
inline __attribute__((always_inline)) void each(const Pool& pool, int64_t tasks, F f) {
    if (tasks == 1 || pool.threads() == 1) {
        for (int64_t task = 0; task < tasks; task++) f(task);
    } else {
        pool.run(tasks, [](void* with, int64_t task) { (*static_cast<F*>(with))(task); }, &f);
    }
}

}  // namespace chainrule
