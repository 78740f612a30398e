// The door between what is compiled once and what is compiled for every instruction set.
//
// kernels.cpp is compiled for each pair (TARGET, NUMBER) and gives one table of functions;
// dispatch.cpp chooses the tables for the processor it runs on. Nothing else crosses over.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "clock.h"
#include "plan.h"
#include "pool.h"

namespace chainrule {

// A layer as the one-row kernel sees it: its parameters where Python holds them.
template <class T>
struct Weights {
    const T* W;  // (fan_in, units)
    const T* b;  // (units,), (1,) or null
};

// The functions of math.h that tests ask for, by place.
constexpr const char* FUNCTIONS[] = {"exp",  "expm1",   "log",  "log1p",
                                     "tanh", "sigmoid", "erfc", "sqrt"};

// What each network of many has for itself.
struct Seeds {
    const double* learning_rates;  // (networks,)
    const Stream* orders;          // (networks,), or null where rows are not shuffled
    const Stream* drops;           // (networks, layers), or null where nothing is dropped
};

// Steps first + 1 ... first + steps of all networks. Where `now` was answered, some may have made
// more of them than others: each as many as are written to `made`, and no part of one.
struct ManyCourse {
    int64_t first, steps;
    const double* factors;  // (steps,): a learning rate is multiplied by it
    Answer (*stop)(void*);  // asked about every 20 ms
    void* stop_with;
    int64_t* made;  // (networks,)
};

template <class T>
struct Kernels {
    // Steps of training, in place; returns how many were made. Where Halt says so, the others below
    // leave what they write unfinished.
    int64_t (*train)(const Plan&, const Rows<T>&, Numbers<T>, const Course&, Pool&);

    // Many networks at once, each in a lane (many.h): theta, m and v are (networks, parameters).
    // Whether that is faster than one network after the other; and the training.
    bool (*many_pays)(const Plan&, int64_t networks);
    void (*train_many)(const Plan&, const Rows<T>&, int64_t networks, Numbers<T>, const Seeds&,
                       const ManyCourse&, Pool&);
    void (*losses_many)(const Plan&, const Rows<T>&, int64_t networks, const T* theta,
                        double* losses, Pool&, Halt&);

    // The loss of all rows as one batch, and its gradient (parameters,), without penalty.
    double (*gradients)(const Plan&, const Rows<T>&, const T* theta, T* gradient, Pool&, Halt&);

    // Outputs a (n, outputs), and where asked for (not null) the loss of each row (n,).
    void (*forward)(const Plan&, const Rows<T>&, const T* theta, T* a, T* per_row, Pool&, Halt&);

    // Outputs of a single row. scratch: two rows of `row` numbers: the widest layer and 128 bytes.
    void (*one_row)(const Plan&, const Weights<T>*, const T* x, T* a, T* scratch, int64_t row);

    // For tests, each piece by itself (functions.h). a = f(z) for n rows of `units` numbers;
    // dz = da · f′(z); a function of math.h by its place in FUNCTIONS; the loss of a batch, its
    // gradient d and the loss of each row.
    void (*activate)(Activation, int64_t n, int64_t units, const T* z, T* a);
    void (*activate_back)(Activation, int64_t n, int64_t units, const T* da, const T* z, const T* a,
                          T* dz);
    void (*softmax_by_lanes)(int64_t n, int64_t units, const T* z, T* a);
    void (*softmax_back_by_lanes)(int64_t n, int64_t units, const T* da, const T* a, T* dz);
    void (*elementwise)(int which, int64_t n, const T* x, T* y);
    double (*loss_by_rows)(const Plan&, const Rows<T>&, const T* q, T* d, T* per_row);
    double (*loss_by_lanes)(const Plan&, const Rows<T>&, const T* q, T* d, T* per_row);

    // The rows that an epoch visits, in order (n,); what dropout multiplies a layer by after
    // `drawn` rows were drawn for (n, units).
    void (*order)(const Plan&, int64_t n, int64_t epoch, int64_t* rows);
    void (*drop_mask)(const Layer&, int64_t drawn, int64_t n, T* mask);
};

// The tables of the target in use, and its name.
template <class T>
const Kernels<T>& kernels();
const char* target();

// The tables of the target of that name, or null: only where the processor can run it.
template <class T>
const Kernels<T>* kernels_of(const char* target);

// All targets in this binary that the processor can run, the best one first.
std::vector<const char*> targets();

// What can't be done, in the four parts of chainrule.core.errors.UsageError.
struct Refusal {
    std::string called, needs, got, todo;
};

}  // namespace chainrule
