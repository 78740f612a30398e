// A small network's layers, and where their numbers stand in the scratch of a block of samples.
#pragma once
#include "activations.h"
#include "arena.h"
#include "plan.h"

namespace chainrule::TARGET {

// A layer, and where its numbers stand in a block's scratch: in vectors, per vector of samples.
struct Stage {
    const Layer* layer;
    int64_t fan_in, units, W, b;
    Activation activation;
    Bias bias;
    bool drops;
    int64_t z, a, handed, mask, d;  // z: where a is; mask: as drawn; handed: a · mask, or a
};

// The layers of a plan, laid out. `room`: vectors of scratch for one vector of samples.
struct Stages {
    const Plan& plan;
    Stage* stage;
    int64_t depth, room = 0, widest_drop = 0;
    int64_t column = 0;  // two columns of one vector of samples, for softmax

    Stages(const Plan& plan, Arena& arena)
        : plan(plan), stage(take<Stage>(arena, (int64_t)plan.layers.size())),
          depth((int64_t)plan.layers.size()) {
        for (int64_t l = 0; l < depth; l++) stage[l] = laid_out(plan.layers[l]);
        if (last().activation == Activation::softmax) column = placed(2 * last().units);
    }

    const Stage& last() const { return stage[depth - 1]; }
    int64_t answers() const { return plan.labels ? 1 : plan.outputs(); }

  private:
    int64_t placed(int64_t units) {
        room += units;
        return room - units;
    }

    Stage laid_out(const Layer& layer) {
        bool drops = layer.drop_probability > 0;
        Stage s{.layer = &layer, .fan_in = layer.fan_in, .units = layer.units, .W = layer.W,
                .b = layer.b, .activation = layer.activation, .bias = layer.bias, .drops = drops,
                .z = 0, .a = 0, .handed = 0, .mask = 0, .d = 0};
        s.a = placed(s.units);
        bool kept = keeps_z(s.activation) || (plan.loss_on_z && &layer == &plan.layers[depth - 1]);
        s.z = kept ? placed(s.units) : s.a;
        s.mask = drops ? placed(s.units) : 0;
        s.handed = drops ? placed(s.units) : s.a;
        s.d = placed(s.units);
        if (drops && s.units > widest_drop) widest_drop = s.units;
        return s;
    }
};

}  // namespace chainrule::TARGET
