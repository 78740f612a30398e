// What a step costs by each way through a network, in nanoseconds: rough, but good for a choice.
//
// Fitted to steps measured with AVX-512, of 14 shapes from 2-2-1 to 784-30-10, batches of 1 to 512
// rows, in both precisions: the wrong way is taken in one case of ten, 30 % slower at worst. They
// look at shapes alone, so that the same network always goes the same way and gives the same bits.
#pragma once
#include "plan.h"
#include "vector.h"

namespace chainrule::TARGET {

template <class T>
constexpr int64_t FULL = WIDTH / sizeof(T);  // numbers in a register

// The narrowest vector that holds the batch, of at least 16 bytes: its lanes' sums are short.
template <class T>
int64_t lanes_for(int64_t rows) {
    int64_t width = 16 / sizeof(T);
    while (width < FULL<T> && width < rows) width *= 2;
    return width;
}

inline double units_of(const Plan& plan) {
    double units = 0;
    for (const Layer& layer : plan.layers) units += (double)layer.units;
    return units;
}

// Samples in lanes: a weight's slope is summed over them; each vector meets all weights and units.
template <class T>
double cost_by_lanes(const Plan& plan, int64_t rows) {
    double vectors = (double)((rows + lanes_for<T>(rows) - 1) / lanes_for<T>(rows));
    return 100 + (double)plan.parameters * (0.4 + 0.4 * vectors) + 4 * units_of(plan) * vectors;
}

// By products: a layer takes 100 to begin with; then its weights, in vectors, for each row.
template <class T>
double cost_by_rows(const Plan& plan, int64_t rows) {
    double cost = 0;
    for (const Layer& layer : plan.layers) {
        double across = (double)((layer.units + FULL<T> - 1) / FULL<T>);
        double weights = (double)(layer.fan_in + 1) * across;
        cost += 95 + 2 * weights + (double)rows * (0.25 * weights + 6 * across + 2);
    }
    return cost;
}

template <class T>
double cost_alone(const Plan& plan, int64_t rows) {
    double lanes = cost_by_lanes<T>(plan, rows), products = cost_by_rows<T>(plan, rows);
    return lanes < products ? lanes : products;
}

// A step of as many networks as a vector has lanes. θ and its slopes, a vector for each number, are
// read again and again: beyond the second cache's 1 MB that takes five times as long.
template <class T>
double cost_of_group(const Plan& plan, int64_t rows) {
    double parameters = (double)plan.parameters, far = parameters * 2 * WIDTH > (1 << 20) ? 5 : 1;
    return 60 + far * parameters * (1.5 + 0.8 * (double)rows) + 4 * units_of(plan) * (double)rows;
}

}  // namespace chainrule::TARGET
