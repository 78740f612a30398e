// Many networks of one plan at once, from Python.
#include <algorithm>
#include <atomic>
#include <new>

#include "arguments.h"
#include "binding.h"
#include "clock.h"

namespace chainrule {

namespace {

static_assert(sizeof(Stream) == 4 * sizeof(uint64_t));  // as Python hands it over: (..., 4)

const Stream* streams(const std::optional<Array<uint64_t>>& array) {
    return array ? reinterpret_cast<const Stream*>(array->data()) : nullptr;
}

bool drops_any(const Plan& plan) {
    bool any = false;
    for (const Layer& layer : plan.layers) any |= layer.drop_probability > 0;
    return any;
}

// A network of its own, for a while: its streams, its rate, its numbers. In a task of the pool, so
// that its own tasks are done by whoever has it; scratch is by the pool's seats.
template <class T>
int64_t train_one(Plan plan, const Rows<T>& rows, int64_t network, Numbers<T> all, const Seeds& seeds,
               Course course, const double* factors, Pool& pool) {
    if (seeds.orders) plan.order = seeds.orders[network];
    const auto layers = static_cast<int64_t>(plan.layers.size());
    for (int64_t l = 0; seeds.drops && l < layers; l++)
        plan.layers[l].drops = seeds.drops[network * layers + l];
    std::vector<double> rates(factors, factors + course.steps);
    for (double& rate : rates) rate *= seeds.learning_rates[network];
    course.learning_rates = rates.data();
    const auto its = [&](T* all) { return all ? all + network * plan.parameters : nullptr; };
    return kernels<T>().train(plan, rows, {its(all.theta), its(all.m), its(all.v)}, course, pool);
}

// Where lanes don't pay: networks spread over the threads, each by itself, a stretch of steps at a
// time, for all have to have made as many. A stretch of 20 to 60 ms hides what each of them takes
// to begin with. Who is told to end within one has made the steps that it has.
template <class T>
void train_each(const Plan& plan, const Rows<T>& rows, int64_t networks, Numbers<T> all,
                   const Seeds& seeds, const ManyCourse& course, Pool& pool) {
    Halt halt(course.stop, course.stop_with);
    int64_t done = 0, stretch = 1;
    while (done < course.steps) {
        const int64_t steps = std::min(stretch, course.steps - done), begun = nanoseconds();
        const Course part{course.first + done, steps, nullptr, INT64_MAX, nullptr, Halt::of, &halt};
        std::atomic<bool> full = false;  // memory: nothing may be thrown in a task of the pool
        each(pool, networks, [&](int64_t network) {
            if (halt.now()) return;
            try {
                course.made[network] = done + train_one(plan, rows, network, all, seeds, part,
                                                        course.factors + done, pool);
            } catch (const std::bad_alloc&) {
                full = true;
            }
        });
        if (full) throw std::bad_alloc();
        done += steps;
        const int64_t took = nanoseconds() - begun;
        if (took < 20'000'000) stretch *= 2;
        if (took > 60'000'000 && stretch > 1) stretch /= 2;
        if (halt.now() || halt.ends()) break;
    }
}

template <class T>
void train_many_of(const Plan& plan, nb::handle theta, nb::handle m, nb::handle v, nb::handle x,
                      nb::handle answers, nb::handle counts, nb::handle rates, nb::handle orders,
                      nb::handle drops, int64_t first, nb::handle factors, nb::handle made,
                      nb::handle stop, int threads) {
    const char* called = "train_many";
    Array<T> numbers(called, "theta", theta, {ANY, plan.parameters}, true);
    const int64_t networks = numbers.size(0);
    const Shape shape{networks, plan.parameters};
    std::optional<Array<T>> ms, vs;
    if (plan.keeps_m()) ms.emplace(called, "m", m, shape, true);
    if (plan.keeps_v()) vs.emplace(called, "v", v, shape, true);
    Data<T> data(called, plan, x, answers, counts);
    const Rows<T> rows = data.to_learn(called);
    Array<double> rate(called, "learning_rates", rates, {networks});
    Array<double> factor(called, "factors", factors, {ANY});
    Array<int64_t> steps(called, "made", made, {networks}, true);
    std::optional<Array<uint64_t>> order, drop;
    const auto layers = static_cast<int64_t>(plan.layers.size());
    if (plan.shuffle)
        order.emplace(called, "orders", orders, Shape{networks, 4});
    if (drops_any(plan))
        drop.emplace(called, "drops", drops, Shape{networks, layers, 4});
    if (first < 0 || networks < 1)
        throw Refusal{called, "first from 0 up and at least one network",
                      std::to_string(first) + " and " + std::to_string(networks),
                      "first is the number of steps made before."};
    Stop stopping{stop};
    const ManyCourse course{first, factor.size(0), factor.data(), Stop::asked, &stopping,
                            steps.data()};
    const Numbers<T> all{numbers.data(), ms ? ms->data() : nullptr, vs ? vs->data() : nullptr};
    Pool pool(threads);
    std::fill_n(steps.data(), networks, 0);
    {
        const WithoutGil released;
        const Seeds seeds{rate.data(), streams(order), streams(drop)};
        if (kernels<T>().many_pays(plan, networks))
            kernels<T>().train_many(plan, rows, networks, all, seeds, course, pool);
        else
            train_each(plan, rows, networks, all, seeds, course, pool);
    }
    stopping.raise();
}

template <class T>
void losses_many_of(const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                    nb::handle counts, nb::handle losses, int threads, nb::handle stop) {
    const char* called = "losses_many";
    Array<T> numbers(called, "theta", theta, {ANY, plan.parameters});
    Data<T> data(called, plan, x, answers, counts);
    const Rows<T> rows = data.to_learn(called);
    Array<double> to(called, "losses", losses, {numbers.size(0)}, true);
    Pool pool(threads);
    Stop stopping{stop.is_none() ? nb::handle() : stop};
    Halt halt(Stop::asked, &stopping);
    {
        const WithoutGil released;
        kernels<T>().losses_many(plan, rows, numbers.size(0), numbers.data(), to.data(), pool,
                                 halt);
    }
    stopping.raise();
}

}  // namespace

void add_many(nb::module_& m) {
    using nb::arg;
    m.def("train_many", [](const Plan& plan, nb::handle theta, nb::handle m, nb::handle v,
                           nb::handle x, nb::handle answers, nb::handle counts, nb::handle rates,
                           nb::handle orders, nb::handle drops, int64_t first, nb::handle factors,
                           nb::handle made, nb::handle stop, int threads) {
        BY_TYPE(train_many_of, theta, plan, theta, m, v, x, answers, counts, rates, orders,
                       drops, first, factors, made, stop, threads);
    }, arg("plan"), given("theta"), given("m"), given("v"), given("x"), given("answers"),
       given("counts"), given("learning_rates"), given("orders"), given("drops"), arg("first"),
       given("factors"), given("made"), arg("stop"), arg("threads") = 1,
       "Steps first + 1, ..., one for each factor, of all networks. made: how many by each.");
    m.def("losses_many", [](const Plan& plan, nb::handle theta, nb::handle x, nb::handle answers,
                            nb::handle counts, nb::handle losses, int threads,
                            nb::handle stop) {
        BY_TYPE(losses_many_of, theta, plan, theta, x, answers, counts, losses, threads, stop);
    }, arg("plan"), given("theta"), given("x"), given("answers"), given("counts"),
       given("losses"), arg("threads") = 1, arg("stop").none() = nb::none(),
       "The mean loss of a row, for each network; −∞ where stop() was 2 before.");
}

}  // namespace chainrule
