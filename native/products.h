// Products of matrices as tiles of registers (tiles.h): blocks that fit the caches, and tasks for
// threads.
//
// A panel is TILE_COLUMNS columns of B for K_BLOCK values of k: with AVX-512 400 × 128 bytes =
// 50 KB. All tiles of its columns read it, 128 bytes in 12 cycles of arithmetic, a third or less of
// what a second-level cache gives; A's 12 rows are fetched ahead into the first level. (With
// 256 the panel fits the first level, and all is 3 % slower: more partial sums are loaded and
// stored.)
// Where B's rows are far apart, the first tile of a panel also writes it down side by side; two
// stores in 12 cycles cost next to nothing.
//
// The order in which a number of C is summed does not depend on how C is cut into tiles or tasks.
#pragma once
#include "arena.h"
#include "clock.h"
#include "dots.h"
#include "pool.h"

namespace chainrule::TARGET {

constexpr int64_t K_BLOCK = 400;  // of products whose C can hold partial sums
constexpr int64_t K_MOST = 512;   // of those whose finisher needs the sum in one go
constexpr int64_t DEPTH = 64;     // rows of B at a time in Walk::depth
constexpr double SECOND_CACHE = 512e3;  // bytes: half of a second-level cache
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
        static constexpr void (*TABLE[])(const Tile<T>&) = {
            tile<T, R + 1, NV, TOGETHER, EDGE, false>...};
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
    const auto with = [&]<bool TOGETHER>() {
        if (wide && edge) run_tile<T, 2, TOGETHER, true>(t, rows);
        else if (wide) run_tile<T, 2, TOGETHER, false>(t, rows);
        else if (edge) run_tile<T, 1, TOGETHER, true>(t, rows);
        else run_tile<T, 1, TOGETHER, false>(t, rows);
    };
    together ? with.template operator()<true>() : with.template operator()<false>();
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

// A panel of Wᵀ: panel[k][j] = from[j · row + k], for `columns` rows of `from` and `count` of k.
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

// In which order the tiles of a product are made. It depends on shapes alone.
enum class Walk {
    panels,  // a panel of B stays in the first-level cache, and all tiles of its columns use it
    dots,    // B is turned and there are few rows: dots.h
    rows,    // a few rows of C are finished across all columns: C is far larger than B, and is read
             // and written row by row, as memory likes it
    depth,   // a few rows of B are used up across all columns: B, of which C uses each number once
};

// One task: a part of C, `rows` × `columns` from (row, column) on.
template <class T, class After>
struct Task {
    const Product<T>& p;
    Walk walk;
    int64_t row, rows, column, columns;
    T *panel, *own_tile;
    const T* zeros;
    After& after;

    void run() const {
        if (walk == Walk::dots) return by_dots();
        if (walk == Walk::rows) return by_rows();
        if (walk == Walk::depth) return in_blocks(DEPTH, [&](int64_t k, int64_t count) {
            each_panel([&](int64_t j, int64_t width) { strip(k, count, j, width); });
        });
        const int64_t most = p.c && p.finish == Finish::store ? K_BLOCK : K_MOST;
        each_panel([&](int64_t j, int64_t width) {
            in_blocks(most, [&](int64_t k, int64_t count) { strip(k, count, j, width); });
        });
    }

  private:
    // f(k, count) for blocks of at most `most`, all about as large.
    template <class F>
    void in_blocks(int64_t most, F f) const {
        const int64_t blocks = p.k > most ? (p.k + most - 1) / most : 1;
        for (int64_t i = 0; i < blocks; i++) {
            const int64_t k = p.k * i / blocks;
            f(k, p.k * (i + 1) / blocks - k);
        }
    }

    template <class F>
    void each_panel(F f) const {
        for (int64_t j = column; j < column + columns; j += TILE_COLUMNS<T>) {
            const int64_t left = column + columns - j;
            f(j, left < TILE_COLUMNS<T> ? left : TILE_COLUMNS<T>);
        }
    }

    template <class F>
    void each_tile(F f) const {
        for (int64_t i = row, height; i < row + rows; i += height)
            f(i, height = tile_rows(row + rows - i));
    }

    void by_dots() const {
        each_panel([&](int64_t j, int64_t width) {
            dots_of_columns(Dots<T>{p.a, p.b, p.a_row, p.b_row, p.k, p.c, p.c_row}, p.m, j, width);
            after(Place<T>{0, p.m, j, width, p.c + j, p.c_row});
        });
    }

    void by_rows() const {
        each_tile([&](int64_t i, int64_t height) {
            each_panel([&](int64_t j, int64_t width) {
                Tile<T> t = tile_of(0, p.k, j, width);
                make(t, i, height, j, 0);
            });
        });
    }

    // All tiles of a panel, for `count` values of k.
    void strip(int64_t k, int64_t count, int64_t j, int64_t width) const {
        Tile<T> t = tile_of(k, count, j, width);
        if (p.turned) {
            turn_panel(t.b, p.b_row, width, count, panel);
            t.b = panel, t.b_row = TILE_COLUMNS<T>;
        } else if (rows > 2 * TILE_ROWS && p.b_row > TILE_COLUMNS<T>) {
            t.panel = panel;  // the first tile writes it down, the others read it
        }
        each_tile([&](int64_t i, int64_t height) {
            expect(i + height, k, count);
            make(t, i, height, j, k);
            if (t.panel) t.b = panel, t.b_row = TILE_COLUMNS<T>, t.panel = nullptr;
        });
    }

    // The next tile's rows of A are fetched while this one is computed.
    void expect(int64_t i, int64_t k, int64_t count) const {
        if (p.a_row == 1 || i >= row + rows) return;
        const int64_t end = i + tile_rows(row + rows - i);
        for (; i < end; i++)
            for (int64_t at = 0; at < count; at += 64 / (int64_t)sizeof(T))
                __builtin_prefetch(p.a + i * p.a_row + k + at);
    }

    Tile<T> tile_of(int64_t k, int64_t count, int64_t j, int64_t width) const {
        Tile<T> t{};
        t.a_row = p.a_row, t.a_step = p.a_step;
        t.b = p.b + (p.turned ? j * p.b_row + k : k * p.b_row + j), t.b_row = p.b_row;
        t.k = count, t.columns = (int)width, t.finish = p.finish, t.rate = p.rate;
        return t;
    }

    void make(Tile<T>& t, int64_t i, int64_t height, int64_t j, int64_t k) const {
        t.a = p.a + i * p.a_row + k * p.a_step;
        t.c = p.c ? p.c + i * p.c_row + j : own_tile;
        t.c_row = p.c ? p.c_row : TILE_COLUMNS<T>;
        t.start = k ? t.c : p.start ? p.start + i * p.start_row + j : zeros;
        t.start_row = k ? t.c_row : p.start ? p.start_row : 0;
        run_tile(t, (int)height);
        if (k + t.k == p.k) after(Place<T>{i, height, j, t.columns, t.c, t.c_row});
    }
};

template <class T>
class Products {
  public:
    Products(Arena& arena, Pool& pool)
        : pool_(pool), scratch_(take<T>(arena, pool.threads() * PER_SEAT)) {}

    // Where one is set: looked at before every task, and C is left unfinished when told so.
    Halt* halt = nullptr;

    bool halted() const { return halt && halt->now(); }

    // after(Place) is called for each tile of C that is done, by the thread that made it.
    template <class After>
    void run(const Product<T>& p, After after) const {
        const Walk walk = walk_of(p);
        const int64_t across = walk == Walk::rows     ? p.n
                               : walk == Walk::panels ? TILE_COLUMNS<T>
                                                      : part(p.n, 8, TILE_COLUMNS<T>);
        const int64_t panels = (p.n + across - 1) / across;
        const int64_t down = part(p.m, panels >= 8 ? 1 : (8 + panels - 1) / panels, 4 * TILE_ROWS);
        const int64_t chunks = (p.m + down - 1) / down;
        const auto task = [&](int64_t i) {
            const int64_t row = i % chunks * down, column = i / chunks * across;
            if (halt && halt->look(2.0 * (double)down * (double)across * (double)p.k)) return;
            T* const own = scratch_ + Pool::seat() * PER_SEAT;
            Task<T, After>{p, walk, row, least(down, p.m - row), column,
                           least(across, p.n - column), own, own + TILE_COLUMNS<T> * K_MOST,
                           own + TILE_COLUMNS<T> * (K_MOST + TILE_ROWS), after}.run();
        };
        if (2.0 * (double)p.m * (double)p.n * (double)p.k < WORTH_THREADS)
            for (int64_t i = 0; i < panels * chunks; i++) task(i);
        else
            each(pool_, panels * chunks, task);
    }

  private:
    static constexpr int64_t PER_SEAT = TILE_COLUMNS<T> * (K_MOST + TILE_ROWS + 1);

    static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

    static Walk walk_of(const Product<T>& p) {
        const double number = sizeof(T), b = number * (double)p.k * (double)p.n;
        if (p.turned) return suits_dots<T>(p.m, p.k) ? Walk::dots : Walk::panels;
        if (p.n <= TILE_COLUMNS<T>) return Walk::panels;
        const bool holds_sums = p.c && p.finish == Finish::store;  // C does, from block to block
        if (holds_sums && p.m <= TILE_ROWS && b > SECOND_CACHE) return Walk::depth;
        const double c = number * (double)p.m * (double)p.n;
        const bool by_rows = p.k <= K_MOST && c > SECOND_CACHE && b < SECOND_CACHE / 2;
        return by_rows ? Walk::rows : Walk::panels;
    }

    // n cut into `parts`, each a multiple of `whole`: tasks to share. Rows are not cut into less
    // than four tiles, for each part writes its panel down anew.
    static int64_t part(int64_t n, int64_t parts, int64_t whole) {
        return (n + parts * whole - 1) / (parts * whole) * whole;
    }

    Pool& pool_;
    T* scratch_;
};

}  // namespace chainrule::TARGET
