// Products of matrices as tiles of registers (tiles.h): blocks that fit the caches, and tasks for
// threads.
//
// A panel is TILE_COLUMNS columns of B for K_BLOCK values of k: with AVX-512 256 × 128 bytes =
// 32 KB, two thirds of a first-level cache of 48 KB. All tiles of the panel read it there, while A
// comes from the second level, 12 numbers in 12 cycles. Where B's rows are far apart, the first
// tile of a panel also writes it down side by side; two stores in 12 cycles cost next to nothing.
//
// The order in which a number of C is summed does not depend on how C is cut into tiles or tasks.
#pragma once
#include "arena.h"
#include "pool.h"
#include "tiles.h"

namespace chainrule::TARGET {

constexpr int64_t K_BLOCK = 256;  // of products whose C can hold partial sums
constexpr int64_t K_MOST = 512;   // of those whose finisher needs the sum in one go
constexpr double WORTH_THREADS = 1e6;  // flops: some 5 µs on one core, a few times a wake-up

// C (m, n) = start + A (m, k) B (k, n), or C −= rate · A B.
template <class T>
struct Product {
    int64_t m, n, k;
    const T* a;              // A(i, k) = a[i · a_row + k · a_step]; one of the two is 1
    int64_t a_row, a_step;
    const T* b;              // B(k, j) = b[k · b_row + j]; turned: b[j · b_row + k]
    int64_t b_row;
    bool turned;
    const T* start;          // null: zeros; start(i, j) = start[i · start_row + j]
    int64_t start_row;
    T* c;                    // C(i, j) = c[i · c_row + j]; null: into the task's own tile
    int64_t c_row;
    Finish finish;
    T rate;
};

// Where a finished tile is: C(i, j) at at[(i − row) · step + (j − column)].
template <class T>
struct Place {
    int64_t row, rows, column, columns;
    T* at;
    int64_t step;
};

template <class T, int NV, bool TOGETHER, bool EDGE>
INLINE void (*kernel_of(int rows))(const Tile<T>&) {
    return [&]<int... R>(std::integer_sequence<int, R...>) {
        static constexpr void (*TABLE[])(const Tile<T>&) = {tile<T, R + 1, NV, TOGETHER, EDGE, false>...};
        return TABLE[rows - 1];
    }(std::make_integer_sequence<int, TILE_ROWS>{});
}

template <class T, int NV, bool TOGETHER, bool EDGE>
INLINE void run_tile(const Tile<T>& t, int rows) {
    if (t.panel && rows == TILE_ROWS) tile<T, TILE_ROWS, NV, TOGETHER, EDGE, true>(t);
    else kernel_of<T, NV, TOGETHER, EDGE>(rows)(t);
}

template <class T>
inline void run_tile(const Tile<T>& t, int rows) {
    constexpr int L = lanes<Vec<T>>;
    const bool together = t.a_row == 1, wide = t.columns > L, edge = t.columns % L != 0;
    const auto with = [&]<bool TOGETHER, bool EDGE>() {
        wide ? run_tile<T, 2, TOGETHER, EDGE>(t, rows) : run_tile<T, 1, TOGETHER, EDGE>(t, rows);
    };
    if (together) edge ? with.template operator()<true, true>() : with.template operator()<true, false>();
    else edge ? with.template operator()<false, true>() : with.template operator()<false, false>();
}

// Rows of the next tile where `left` are left: whole tiles, and at the end two of about one height,
// for in a low tile the sums wait for each other.
INLINE int64_t tile_rows(int64_t left) {
    return left >= 2 * TILE_ROWS ? TILE_ROWS : left > TILE_ROWS ? (left + 1) / 2 : left;
}

// Rows become columns, in log2 L stages: each lays row i and row i + L/2 between each other.
template <class V>
INLINE void turn(V (&v)[lanes<V>]) {
    constexpr int L = lanes<V>;
    for (int stage = 1; stage < L; stage *= 2) {
        V mixed[L];
        [&]<int... I>(std::integer_sequence<int, I...>) INLINE_LAMBDA {
            for (int i = 0; i < L / 2; i++) {
                mixed[2 * i] = __builtin_shufflevector(v[i], v[i + L / 2], (I / 2 + I % 2 * L)...);
                mixed[2 * i + 1] = __builtin_shufflevector(v[i], v[i + L / 2],
                                                           (I / 2 + I % 2 * L + L / 2)...);
            }
        }(std::make_integer_sequence<int, L>{});
        for (int i = 0; i < L; i++) v[i] = mixed[i];
    }
}

// A panel of Wᵀ: panel[k][j] = from[j · row + k] for `columns` rows of `from` and `count` values of k.
template <class T>
void turn_panel(const T* from, int64_t row, int64_t columns, int64_t count, T* panel) {
    using V = Vec<T>;
    constexpr int L = lanes<V>;
    for (int64_t j = 0; j < columns; j += L)
        for (int64_t k = 0; k < count; k += L) {
            V v[L];
            const int here = count - k < L ? (int)(count - k) : L;
            for (int i = 0; i < L; i++) {
                const T* const at = from + (j + i) * row + k;
                v[i] = j + i >= columns ? V{} : here == L ? load<V>(at) : load_part<V>(at, here);
            }
            turn(v);
            for (int i = 0; i < here; i++) store(panel + (k + i) * TILE_COLUMNS<T> + j, v[i]);
        }
}

// One task: `rows` rows of C from `row` on, of the panel that begins at `column`.
template <class T, class After>
struct Task {
    const Product<T>& p;
    int64_t row, rows, column, columns;
    T *panel, *own_tile;
    const T* zeros;
    After& after;

    void run() const {
        const int64_t most = p.c && p.finish == Finish::store ? K_BLOCK : K_MOST;
        const int64_t blocks = p.k > most ? (p.k + most - 1) / most : 1;
        for (int64_t i = 0, k = 0; i < blocks; i++) {
            const int64_t end = p.k * (i + 1) / blocks;
            block(k, end - k);
            k = end;
        }
    }

    void block(int64_t k, int64_t count) const {
        Tile<T> t = first_tile(k, count);
        const bool ends = k + count == p.k;
        for (int64_t i = row, height; i < row + rows; i += height) {
            height = tile_rows(row + rows - i);
            place(t, i, k);
            run_tile(t, (int)height);
            if (ends) after(Place<T>{i, height, column, columns, t.c, t.c_row});
            if (t.panel) t.b = panel, t.b_row = TILE_COLUMNS<T>, t.panel = nullptr;
        }
    }

    Tile<T> first_tile(int64_t k, int64_t count) const {
        Tile<T> t{};
        t.a_row = p.a_row, t.a_step = p.a_step;
        t.k = count, t.columns = (int)columns, t.finish = p.finish, t.rate = p.rate;
        if (p.turned) {
            turn_panel(p.b + column * p.b_row + k, p.b_row, columns, count, panel);
            t.b = panel, t.b_row = TILE_COLUMNS<T>;
        } else {
            t.b = p.b + k * p.b_row + column, t.b_row = p.b_row;
            if (rows > 2 * TILE_ROWS && p.b_row > TILE_COLUMNS<T>) t.panel = panel;
        }
        return t;
    }

    void place(Tile<T>& t, int64_t i, int64_t k) const {
        t.a = p.a + i * p.a_row + k * p.a_step;
        t.c = p.c ? p.c + i * p.c_row + column : own_tile;
        t.c_row = p.c ? p.c_row : TILE_COLUMNS<T>;
        t.start = k ? t.c : p.start ? p.start + i * p.start_row + column : zeros;
        t.start_row = k ? t.c_row : p.start ? p.start_row : 0;
    }
};

template <class T>
class Products {
  public:
    Products(Arena& arena, Pool& pool)
        : pool_(pool), scratch_(take<T>(arena, pool.threads() * PER_SEAT)) {}

    // after(Place) is called for each tile of C that is done, by the thread that made it.
    template <class After>
    void run(const Product<T>& p, After after) const {
        const int64_t panels = (p.n + TILE_COLUMNS<T> - 1) / TILE_COLUMNS<T>;
        const int64_t chunk = chunk_rows(p.m, panels), chunks = (p.m + chunk - 1) / chunk;
        const auto task = [&](int64_t i) {
            const int64_t row = i % chunks * chunk, column = i / chunks * TILE_COLUMNS<T>;
            T* const panel = scratch_ + Pool::seat() * PER_SEAT;
            Task<T, After>{p, row, least(chunk, p.m - row), column,
                           least(TILE_COLUMNS<T>, p.n - column), panel,
                           panel + TILE_COLUMNS<T> * K_MOST,
                           panel + TILE_COLUMNS<T> * (K_MOST + TILE_ROWS), after}.run();
        };
        if (2.0 * (double)p.m * (double)p.n * (double)p.k < WORTH_THREADS)
            for (int64_t i = 0; i < panels * chunks; i++) task(i);
        else
            each(pool_, panels * chunks, task);
    }

  private:
    static constexpr int64_t PER_SEAT = TILE_COLUMNS<T> * (K_MOST + TILE_ROWS + 1);

    static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

    // Few panels are cut into chunks of rows, so that there are about eight tasks to share; a chunk
    // has at least four tiles, for each writes its panel down anew.
    static int64_t chunk_rows(int64_t m, int64_t panels) {
        const int64_t chunks = panels >= 8 ? 1 : (8 + panels - 1) / panels;
        const int64_t tiles = (m + chunks * TILE_ROWS - 1) / (chunks * TILE_ROWS);
        return (tiles < 4 ? 4 : tiles) * TILE_ROWS;
    }

    Pool& pool_;
    T* scratch_;
};

}  // namespace chainrule::TARGET
