// What several calls take: rows of data, and a function that says when to stop.
#pragma once
#include <optional>

#include "arrays.h"
#include "gil.h"
#include "kernels.h"

namespace chainrule {

// An argument that is checked here, so that even None is refused in four parts.
inline auto given(const char* name) { return nb::arg(name).none(); }

// Rows of data as Python hands them over, held for as long as this lives.
template <class T>
class Data {
public:
    Data(const char* called, const Plan& plan, nb::handle x, nb::handle answers, nb::handle counts)
        : x_(called, "x", x, {ANY, plan.inputs()}) {
        const int64_t n = x_.size(0);
        if (!counts.is_none()) counts_.emplace(called, "counts", counts, Shape{n});
        if (answers.is_none()) return;
        if (plan.labels) {
            labels_.emplace(called, "answers", answers, Shape{n});
            check_labels(called, plan.outputs());
        } else {
            y_.emplace(called, "answers", answers, Shape{n, plan.outputs()});
        }
    }

    Rows<T> rows() const {
        return {x_.size(0), x_.data(), y_ ? y_->data() : nullptr,
                labels_ ? labels_->data() : nullptr, counts_ ? counts_->data() : nullptr};
    }

    // With answers, and at least one.
    Rows<T> to_learn(const char* called) const {
        if (x_.size(0) < 1 || (!y_ && !labels_))
            throw Refusal{called, "at least one row, and its answer",
                          x_.size(0) < 1 ? "no rows" : "no answers", "They are what is learnt."};
        return rows();
    }

private:
    // Kernels index by labels: one that is no class would reach outside of the row.
    void check_labels(const char* called, int64_t classes) const {
        const int64_t* labels = labels_->data();
        for (int64_t i = 0; i < labels_->size(0); i++)
            if (labels[i] < 0 || labels[i] >= classes)
                throw Refusal{called, "labels from 0 to " + std::to_string(classes - 1),
                              std::to_string(labels[i]) + " in row " + std::to_string(i),
                              "Each class has an output of its own."};
    }

    Array<T> x_;
    std::optional<Array<T>> y_, counts_;
    std::optional<Array<int64_t>> labels_;
};

// What a call of Python's stop() needs, and what it leaves behind. A call without one hears signals.
struct Stop {
    nb::handle ask;  // or nothing
    PyObject *type = nullptr, *value = nullptr, *trace = nullptr;

    // Signals are looked at, too: Ctrl-C has to act where stop is no Python function. What is true
    // means after this step; 2 (engine.protocol.NOW), or what is raised, now.
    static Answer asked(void* self) {
        Stop& stop = *static_cast<Stop*>(self);
        const WithGil gil;
        PyObject* answer = nullptr;
        const bool calm = PyErr_CheckSignals() == 0;
        if (calm && !stop.ask.is_valid()) return Answer::go_on;
        if (calm) answer = PyObject_CallNoArgs(stop.ask.ptr());
        const int truth = answer == nullptr ? -1 : PyObject_IsTrue(answer);
        const bool now = truth == 1 && PyLong_CheckExact(answer) && PyLong_AsLong(answer) == 2;
        Py_XDECREF(answer);
        if (truth < 0) PyErr_Fetch(&stop.type, &stop.value, &stop.trace);
        return truth < 0 || now ? Answer::now : truth ? Answer::after_step : Answer::go_on;
    }

    void raise() const {
        if (type == nullptr) return;
        PyErr_Restore(type, value, trace);
        throw nb::python_error();
    }
};

// f<float> or f<double>, as the deciding array is; the other arrays have to agree with it.
#define BY_TYPE(f, array, ...) \
    (Borrowed(array, false).is("float32") ? f<float>(__VA_ARGS__) : f<double>(__VA_ARGS__))

}  // namespace chainrule
