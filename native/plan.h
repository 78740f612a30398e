// What a network is and how it is trained, as plain numbers: chainrule.spec in C++.
//
// Nothing here knows Python or an instruction set. Enumerations stand in the order of the core's
// tables; `engine/native.py` fills a Plan by name, so a new row can't be mistaken for another.
#pragma once
#include <cstdint>
#include <vector>

namespace chainrule {

__extension__ typedef unsigned __int128 uint128;  // positions in a stream of random words

enum class Activation {
    identity, sigmoid, tanh, relu, leaky_relu, elu, softplus, silu, gelu, gelu_tanh, exp, softmax
};

enum class Loss {
    half_squared, squared, absolute, huber, binary_cross_entropy, softmax_cross_entropy, poisson,
    hinge
};

enum class Optimizer { sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw };

enum class Bias { none, unit, shared };

// A stream of random words, as NumPy's PCG64 has it: where it stands, and which stream it is.
struct Stream {
    uint64_t state_high, state_low, increment_high, increment_low;
};

struct Layer {
    int64_t fan_in, units;
    Activation activation;
    Bias bias;
    bool W_moves, b_moves;  // not frozen
    int64_t W, b;           // where they begin in the flat parameters; W is (fan_in, units)
    int64_t W_row;          // from one row of W to the next: units, and more in aligned.h
    double drop_probability;
    Stream drops;  // of dropout, at its start

    int64_t biases() const { return bias == Bias::unit ? units : bias == Bias::shared ? 1 : 0; }
};

struct Plan {
    std::vector<Layer> layers;
    int64_t parameters;  // numbers in all: 0.W, 0.b, 1.W, ... one after the other

    Loss loss;
    double loss_setting;  // delta of huber, label_smoothing of the cross-entropies; else 0
    bool loss_on_z;       // the loss contains the last activation
    bool labels;          // answers are class numbers (n,), not columns (n, outputs)
    bool batch_mean, outputs_mean, penalty_over_batch;  // Conventions

    Optimizer optimizer;
    double beta1, beta2, eps;  // momentum and nesterov: beta1; rmsprop: beta2
    double optimizer_decay;    // adamw's
    double l1, l2, decay;
    double clip_norm;  // infinity: none

    int64_t batch_size;  // of a full batch: all rows
    int64_t rows;        // of the part that is trained on, however few of them a call brings
    bool shuffle;
    Stream order;  // of the rows' order, at its start

    // Rows of a step, but for an epoch's last: a path and its sizes are chosen for these, so that
    // rows that come batch by batch give the bits of rows that are held.
    int64_t batch() const { return batch_size < rows ? batch_size : rows; }
    int64_t inputs() const { return layers.front().fan_in; }
    int64_t outputs() const { return layers.back().units; }
    bool keeps_m() const {
        return optimizer == Optimizer::momentum || optimizer == Optimizer::nesterov ||
               optimizer == Optimizer::adam || optimizer == Optimizer::adamw;
    }
    bool keeps_v() const { return optimizer >= Optimizer::adagrad; }
};

// Rows of data. Memory is the caller's.
template <class T>
struct Rows {
    int64_t n;
    const T* x;             // (n, inputs)
    const T* y;             // (n, outputs), or null where answers are labels
    const int64_t* labels;  // (n,), or null
    const T* counts;        // (n,) what each row counts, or null: all alike
};

// The numbers that training changes, flat. m and v are null where the optimiser keeps none.
template <class T>
struct Numbers {
    T *theta, *m, *v;
};

// What is said to a call that asks whether to stop. `now`: a step that has begun is thrown away.
enum class Answer { go_on, after_step, now };

// Steps to be made: steps first + 1 ... first + steps.
struct Course {
    int64_t first, steps;
    const double* learning_rates;  // (steps,)
    int64_t every;                 // a loss is asked for at steps that this divides
    double* losses;                // (steps,): written where asked for
    Answer (*stop)(void*);         // asked about every 20 ms
    void* stop_with;
};

}  // namespace chainrule
