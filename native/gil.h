// Python's lock, let go of for a long call and taken back.
//
// When a program ends, Python takes every thread that asks for the lock off its stack: a daemon
// thread that trains, say. C++ frames can't be taken off like that, the whole process would abort
// instead of ending. Such a thread stays where it asks, until the process is gone.
#pragma once
#include <nanobind/nanobind.h>

#include <chrono>
#include <thread>

namespace chainrule {

// ask(), which does not come back where Python is ending.
template <class Ask>
inline void or_stay(Ask ask) noexcept {
    try {
        ask();
    } catch (...) {
        for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

class WithoutGil {
public:
    WithoutGil() : state_(PyEval_SaveThread()) {}
    ~WithoutGil() {
        or_stay([&] { PyEval_RestoreThread(state_); });
    }
    WithoutGil(const WithoutGil&) = delete;
    WithoutGil& operator=(const WithoutGil&) = delete;

private:
    PyThreadState* state_;
};

class WithGil {
public:
    WithGil() {
        or_stay([&] { state_ = PyGILState_Ensure(); });
    }
    ~WithGil() { PyGILState_Release(state_); }
    WithGil(const WithGil&) = delete;
    WithGil& operator=(const WithGil&) = delete;

private:
    PyGILState_STATE state_;
};

}  // namespace chainrule
