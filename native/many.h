// Populations: many networks of one plan, each in a lane of its own.
//
// A small network trained online can't fill a register with samples; a hundred of them can, one a
// lane: every number of the network is a vector, and one step of 16 networks costs little more
// than a step of one. Each has its own seed (order of rows, dropout) and its own learning rate.
#pragma once
#include "clock.h"
#include "desk.h"
#include "kernels.h"
#include "pool.h"

namespace chainrule::TARGET {

// Networks in groups of one vector's lanes, spread over the pool.
template <class T>
class Population {
    using V = Vec<T>;
    static constexpr int L = lanes<V>;

  public:
    Population(const Plan& plan, const Rows<T>& rows, int64_t networks, Arena& arena, Pool& pool,
               Halt& halt)
        : plan_(plan), networks_(networks), groups_((networks + L - 1) / L), pool_(pool),
          desks_(take<Desk<T>*>(arena, pool.threads())) {
        for (int seat = 0; seat < pool.threads(); seat++)
            desks_[seat] = new (arena.bytes(sizeof(Desk<T>))) Desk<T>(plan, rows, arena, halt);
    }

    // f(desk, group, its first network, how many it has), for each group.
    template <class F>
    void each_group(F f) {
        each(pool_, groups_, [&](int64_t group) {
            int64_t from = group * L, count = networks_ - from < L ? networks_ - from : L;
            f(*desks_[Pool::seat()], group, from, count);
        });
    }

    V* loaded(const T* flat, Arena& arena) {
        if (!flat) return nullptr;
        V* all = take<V>(arena, groups_ * plan_.parameters);
        each_group([&](Desk<T>&, int64_t group, int64_t from, int64_t count) {
            into_networks(flat + from * plan_.parameters, count, plan_.parameters,
                          all + group * plan_.parameters);
        });
        return all;
    }

    void unload(const V* all, T* flat) {
        if (!flat) return;
        each_group([&](Desk<T>&, int64_t group, int64_t from, int64_t count) {
            out_of_networks(all + group * plan_.parameters, count, plan_.parameters,
                            flat + from * plan_.parameters);
        });
    }

    int64_t per_epoch() const { return desks_[0]->per_epoch(); }

  private:
    const Plan& plan_;
    int64_t networks_, groups_;
    Pool& pool_;
    Desk<T>** desks_;
};

// Whether groups are faster than one network after the other.
template <class T>
bool many_pays(const Plan& plan, int64_t networks) {
    int64_t groups = (networks + FULL<T> - 1) / FULL<T>;
    return (double)groups * cost_of_group<T>(plan, plan.batch()) <
           (double)networks * cost_alone<T>(plan, plan.batch());
}

// theta, m, v (networks, parameters).
//
// A stretch of steps is made by one group after the other. Stretches are as long as about 10 ms
// allow, and end with an epoch: then no order of rows is made twice. After a stretch all networks
// have made as many steps. Who is told to end within one, as it may last, has made those it has.
template <class T>
void train_many(const Plan& plan, const Rows<T>& rows, int64_t networks, Numbers<T> numbers,
                   const Seeds& seeds, const ManyCourse& course, Pool& pool) {
    Arena arena;
    Halt halt(course.stop, course.stop_with);
    Population<T> population(plan, rows, networks, arena, pool, halt);
    auto *theta = population.loaded(numbers.theta, arena), *m = population.loaded(numbers.m, arena),
         *v = population.loaded(numbers.v, arena);
    int64_t done = 0, stretch = population.per_epoch(), clock = nanoseconds();
    while (done < course.steps) {
        int64_t stop = done + stretch - (course.first + done) % population.per_epoch();
        if (stop > course.steps) stop = course.steps;
        population.each_group([&](Desk<T>& desk, int64_t group, int64_t from, int64_t count) {
            int64_t at = group * plan.parameters;
            desk.begin(seeds, from, count);
            int64_t made = desk.steps(course.first, done, stop, course.factors, theta + at,
                                      m ? m + at : m, v ? v + at : v);
            for (int64_t lane = 0; lane < count; lane++) course.made[from + lane] = made;
        });
        done = stop;
        int64_t now = nanoseconds(), took = now - clock;
        clock = now;
        if (took < 5'000'000) stretch *= 2;
        if (took > 15'000'000 && stretch > population.per_epoch()) stretch /= 2;
        if (halt.now() || halt.ends()) break;
    }
    population.unload(theta, numbers.theta);
    population.unload(m, numbers.m);
    population.unload(v, numbers.v);
}

// The loss of each network over all rows: Σ count · loss / Σ count. −∞: told to end before.
template <class T>
void losses_many(const Plan& plan, const Rows<T>& rows, int64_t networks, const T* theta,
                 double* to, Pool& pool, Halt& halt) {
    Arena arena;
    Population<T> population(plan, rows, networks, arena, pool, halt);
    auto* all = population.loaded(theta, arena);
    double size = rows.counts ? 0 : (double)rows.n;
    for (int64_t i = 0; rows.counts && i < rows.n; i++) size += (double)rows.counts[i];
    population.each_group([&](Desk<T>& desk, int64_t group, int64_t from, int64_t count) {
        double total[lanes<Vec<T>>] = {};
        const bool whole = desk.losses_of(all + group * plan.parameters, total);
        for (int64_t lane = 0; lane < count; lane++)
            to[from + lane] = whole ? total[lane] / size : -UNLIMITED;
    });
}

}  // namespace chainrule::TARGET
