// A batch through the layers by products of matrices: samples are rows. For networks and batches
// that fill tiles (lanes.h has the small ones).
//
//     z = x W + b        a = f(z)              tiles of (n, units), the bias their start
//     da = dz Wᵀ         dz = da f′(z)         for the layer below, before W moves
//     dW = xᵀ dz         W ← moved(W, dW)      tiles of (fan_in, units), of which each weight's
//                                              step is made at once: dW itself is never stored
//
// More rows than a block holds go through block after block, and their gradients are added up in
// that order. What a block needs of memory is rows · (units of all layers) · 2 or 3 numbers.
//
// A step that takes long may be told to end (Halt): products stay unfinished, nobody reads them, and
// what it wrote is scratch. Only where weights move tile by tile, it goes on from the first one.
#pragma once
#include "feed.h"
#include "fused.h"
#include "losses.h"

namespace chainrule::TARGET {

template <class T>
class ByRows {
  public:
    static constexpr bool fuses = true;
    static constexpr int64_t BLOCK_ROWS = K_MOST;  // dW sums a whole block in registers
    static constexpr double LONG = 1 << 26;        // flops of a step within which is looked: 1 ms

    ByRows(const Plan& plan, int64_t most_rows, Arena& arena, Pool& pool, Halt& halt)
        : plan_(plan), depth_((int64_t)plan.layers.size()), level_(take<Level<T>>(arena, depth_)),
          products_(arena, pool) {
        const double flops = 6.0 * (double)plan.parameters * (double)most_rows;
        if (flops > LONG) products_.halt = &halt;
        const int64_t rows = most_rows < BLOCK_ROWS ? most_rows : BLOCK_ROWS;
        for (int64_t l = 0; l < depth_; l++) level_[l] = laid_out(plan.layers[l], rows, arena);
        row_ = take<T>(arena, widest());
    }

    bool fits_at_once(const Batch<T>& batch) const { return batch.n <= BLOCK_ROWS; }

    void slopes(const T* theta, const Batch<T>& batch, T* gradient, double* loss, bool dropout) {
        const double each = each_row(plan_, batch.n, batch.counts);
        double total = 0;
        each_block(batch, [&](const Batch<T>& block, int64_t start) {
            total += learn(theta, block, each, loss, dropout, [&](int64_t l) {
                gradient_of(l, block, gradient, start > 0, dropout);
            });
        });
        if (loss) *loss = total;
    }

    void descend(Numbers<T> numbers, const Batch<T>& batch, const Move<T>& move, double* loss,
                 bool dropout) {
        const double each = each_row(plan_, batch.n, batch.counts);
        Halt* const halt = products_.halt;
        const double value = learn(numbers.theta, batch, each, loss, dropout, [&](int64_t l) {
            products_.halt = nullptr;  // from the first move on there is no way back
            move_weights(l, batch, numbers, move, dropout);
            move_biases(l, numbers, move);
        });
        products_.halt = halt;
        if (loss) *loss = value;
    }

    void forward(const T* theta, const Batch<T>& batch, T* a, T* per_row) {
        each_block(batch, [&](const Batch<T>& block, int64_t start) {
            for (int64_t l = 0; l < depth_; l++) layer_forward(theta, l, block, false);
            if (products_.halted()) return;
            if (per_row)
                loss_rows(plan_, answers_of(block, 1), block.n, q(), (T*)nullptr, top().length,
                          per_row + start, true);
            if (plan_.loss_on_z) top_activate(block.n);
            hand_over(block.n, a + start * plan_.outputs());
        });
    }

  private:
    // --- memory ---

    Level<T> laid_out(const Layer& layer, int64_t rows, Arena& arena) {
        const int64_t length = row_length<T>(layer.units), count = rows * length;
        Level<T> level{.layer = &layer, .length = length, .z = take<T>(arena, count), .a = nullptr,
                       .mask = nullptr, .handed = nullptr, .d = take<T>(arena, count)};
        level.a = keeps_z(layer.activation) ? take<T>(arena, count) : level.z;
        if (layer.drop_probability > 0) level.mask = take<T>(arena, count);
        level.handed = level.drops() ? take<T>(arena, count) : level.a;
        return level;
    }

    int64_t widest() const {
        int64_t most = 0;
        for (int64_t l = 0; l < depth_; l++)
            most = level_[l].length > most ? level_[l].length : most;
        return most;
    }

    Level<T>& top() const { return level_[depth_ - 1]; }
    const T* q() const { return plan_.loss_on_z ? top().z : top().a; }

    // --- blocks of rows ---

    template <class F>
    void each_block(const Batch<T>& batch, F f) const {
        for (int64_t start = 0; start < batch.n && !products_.halted(); start += BLOCK_ROWS) {
            Batch<T> block = batch;
            const int64_t left = batch.n - start;
            block.n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
            block.x += start * plan_.inputs();
            if (block.y) block.y += start * plan_.outputs();
            if (block.labels) block.labels += start;
            if (block.counts) block.counts += start;
            block.drawn += start;
            f(block, start);
        }
    }

    static Answers<T> answers_of(const Batch<T>& block, double each) {
        return {block.y, block.labels, block.counts, each};
    }

    // What layer l takes: rows and how far they are apart.
    const T* input(int64_t l, const Batch<T>& block, bool dropout) const {
        return l == 0 ? block.x : dropout ? level_[l - 1].handed : level_[l - 1].a;
    }
    int64_t input_length(int64_t l) const { return l ? level_[l - 1].length : plan_.inputs(); }

    // Forward, the loss, and back; finish(l) is called when layer l's dz is there, and da of the
    // layer below has been made of W.
    template <class Finish>
    double learn(const T* theta, const Batch<T>& block, double each, bool value, bool dropout,
                 Finish finish) {
        for (int64_t l = 0; l < depth_ && !products_.halted(); l++) {
            if (dropout && level_[l].drops())
                drop_mask(*level_[l].layer, block.drawn, block.n, level_[l].mask, level_[l].length);
            layer_forward(theta, l, block, dropout);
        }
        const double loss = loss_rows(plan_, answers_of(block, each), block.n, q(), top().d,
                                      top().length, (T*)nullptr, value);
        if (!plan_.loss_on_z) top_slope(block.n, dropout);
        for (int64_t l = depth_ - 1; l >= 0; l--) {
            if (l) layer_back(theta, l, block.n, dropout);
            if (products_.halted()) break;
            finish(l);
        }
        return loss;
    }

    // --- the products ---

    // Columns of W: with room behind its rows (aligned.h) whole vectors, and no tile has an edge.
    static int64_t across(const Layer& layer) {
        constexpr int64_t L = lanes<Vec<T>>;
        return layer.W_row > layer.units ? (layer.units + L - 1) / L * L : layer.units;
    }

    static constexpr auto none = [](const Place<T>&) {};

    template <class After>
    void product_forward(const T* theta, int64_t l, const Batch<T>& block, bool dropout,
                         After after) {
        const Level<T>& level = level_[l];
        const Layer& layer = *level.layer;
        products_.run(Product<T>{.m = block.n, .n = across(layer), .k = layer.fan_in,
                                 .a = input(l, block, dropout), .a_row = input_length(l),
                                 .a_step = 1, .b = theta + layer.W, .b_row = layer.W_row,
                                 .turned = false, .start = bias_row(theta, layer), .start_row = 0,
                                 .c = level.z, .c_row = level.length, .finish = Finish::store,
                                 .rate = 0}, after);
    }

    const T* bias_row(const T* theta, const Layer& layer) {
        if (layer.bias == Bias::none) return nullptr;
        if (layer.bias == Bias::unit) return theta + layer.b;
        for (int64_t j = 0; j < layer.units; j++) row_[j] = theta[layer.b];
        return row_;
    }

    // Where the loss is on z, the last layer's z stays as it is.
    void layer_forward(const T* theta, int64_t l, const Batch<T>& block, bool dropout) {
        if (l + 1 == depth_ && plan_.loss_on_z)
            return product_forward(theta, l, block, dropout, none);
        const Level<T>& level = level_[l];
        product_forward(theta, l, block, dropout, [&](const Place<T>& tile) {
            activate_tile(level, tile, dropout);
        });
        if (level.layer->activation == Activation::softmax) top_activate(block.n);
    }

    // da = dz Wᵀ of the layer below, and its dz at once.
    void layer_back(const T* theta, int64_t l, int64_t rows, bool dropout) {
        const Level<T>&level = level_[l], &below = level_[l - 1];
        const Layer& layer = *level.layer;
        products_.run(Product<T>{.m = rows, .n = layer.fan_in, .k = layer.units, .a = level.d,
                                 .a_row = level.length, .a_step = 1, .b = theta + layer.W,
                                 .b_row = layer.W_row, .turned = true, .start = nullptr,
                                 .start_row = 0, .c = below.d, .c_row = below.length,
                                 .finish = Finish::store, .rate = 0},
                      [&](const Place<T>& tile) { slope_tile(below, tile, dropout); });
    }

    // dW = xᵀ dz. The task that makes a panel's first tile sums the panel's part of db as well.
    template <class After>
    void product_weights(int64_t l, const Batch<T>& block, bool dropout, Product<T> p, bool adds,
                         T* db, After after) {
        const Level<T>& level = level_[l];
        p.m = level.layer->fan_in, p.n = across(*level.layer), p.k = block.n;
        p.a = input(l, block, dropout), p.a_row = 1, p.a_step = input_length(l);
        p.b = level.d, p.b_row = level.length, p.turned = false;
        products_.run(p, [&](const Place<T>& tile) {
            if (db && tile.row == 0)
                sum_columns(level.d + tile.column, level.length, block.n, tile.columns, adds,
                            db + tile.column);
            after(tile);
        });
    }

    void gradient_of(int64_t l, const Batch<T>& block, T* gradient, bool adds, bool dropout) {
        const Layer& layer = *level_[l].layer;
        T *dW = gradient + layer.W, *db = gradient + layer.b;
        Product<T> p{};
        p.c = dW, p.c_row = layer.W_row;
        if (adds) p.start = dW, p.start_row = layer.W_row;
        const bool shared = layer.bias == Bias::shared;
        product_weights(l, block, dropout, p, adds && !shared,
                        layer.bias == Bias::none ? nullptr : shared ? row_ : db, none);
        if (shared) *db = (adds ? *db : 0) + row_sum(layer.units);
    }

    void move_weights(int64_t l, const Batch<T>& block, Numbers<T> numbers, const Move<T>& move,
                      bool dropout) {
        const Layer& layer = *level_[l].layer;
        if (!layer.W_moves)
            return sum_columns(level_[l].d, level_[l].length, block.n, layer.units, false, row_);
        Product<T> p{};
        if (move.optimizer == Optimizer::sgd && !move.on_weights) {
            p.c = numbers.theta + layer.W, p.c_row = layer.W_row;
            p.finish = Finish::descend, p.rate = move.rate;
            return product_weights(l, block, dropout, p, false, row_, none);
        }
        product_weights(l, block, dropout, p, false, row_, [&](const Place<T>& tile) {
            move_tile(move, numbers, layer.W, layer.W_row, tile);
        });
    }

    // db stands in row_.
    void move_biases(int64_t l, Numbers<T> numbers, const Move<T>& move) {
        const Layer& layer = *level_[l].layer;
        if (!layer.biases() || !layer.b_moves) return;
        if (layer.bias == Bias::shared) row_[0] = row_sum(layer.units);
        const auto part = [&](T* all) { return all ? all + layer.b : nullptr; };
        with_rule(move.optimizer, false, [&]<Optimizer rule, bool weighed>() {
            move_all<rule, weighed>(move, numbers.theta + layer.b, row_, part(numbers.m),
                                    part(numbers.v), layer.biases());
        });
    }

    T row_sum(int64_t units) const {
        T sum = 0;
        for (int64_t j = 0; j < units; j++) sum += row_[j];
        return sum;
    }

    // --- the last layer ---

    void top_slope(int64_t rows, bool dropout) {
        const Level<T>& level = top();
        const int64_t units = level.layer->units;
        if (level.layer->activation != Activation::softmax)
            return slope_tile(level, Place<T>{0, rows, 0, units, nullptr, 0}, dropout);
        for (int64_t i = 0; i < rows; i++) {
            T* const d = level.d + i * level.length;
            softmax_backward_row(d, level.a + i * level.length, d, units);
        }
    }

    void top_activate(int64_t rows) {
        const Level<T>& level = top();
        const int64_t units = level.layer->units, length = level.length;
        if (level.layer->activation != Activation::softmax)
            return activate_tile(level, Place<T>{0, rows, 0, units, nullptr, 0}, false);
        for (int64_t i = 0; i < rows; i++)
            softmax_row(level.z + i * length, level.a + i * length, units);
    }

    // The outputs, dense.
    void hand_over(int64_t rows, T* a) const {
        const int64_t units = top().layer->units;
        for (int64_t i = 0; i < rows; i++)
            std::memcpy(a + i * units, top().a + i * top().length, units * sizeof(T));
    }

    const Plan& plan_;
    int64_t depth_;
    Level<T>* level_;
    Products<T> products_;
    T* row_;  // a bias, or its gradient
};

}  // namespace chainrule::TARGET
