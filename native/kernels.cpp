// Every kernel for one instruction set and one type of number: compiled with -DTARGET=avx512
// -DNUMBER=float and so on. The headers hold the code; this file only puts it into a table.
#include "kernels.h"

#include "activations.h"
#include "arena.h"
#include "course.h"
#include "feed.h"
#include "functions.h"
#include "many.h"
#include "one_row.h"
#include "passes.h"
#include "random.h"
#include "vector.h"

namespace chainrule::TARGET {

namespace {

void order_of(const Plan& plan, int64_t n, int64_t epoch, int64_t* rows) {
    Arena arena;
    Order(plan.order, n, arena).rows(epoch, 0, n, rows);
}

template <class T>
void dense_mask(const Layer& layer, int64_t drawn, int64_t n, T* mask) {
    drop_mask(layer, drawn, n, mask, layer.units);
}

constexpr Kernels<NUMBER> TABLE{
    .train = train<NUMBER>,
    .many_pays = many_pays<NUMBER>,
    .train_many = train_many<NUMBER>,
    .losses_many = losses_many<NUMBER>,
    .gradients = gradients<NUMBER>,
    .forward = forward<NUMBER>,
    .one_row = one_row<NUMBER>,
    .activate = activate_rows<NUMBER>,
    .activate_back = backward_rows<NUMBER>,
    .softmax_by_lanes = softmax_by_lanes<NUMBER>,
    .softmax_back_by_lanes = softmax_back_by_lanes<NUMBER>,
    .elementwise = elementwise<NUMBER>,
    .loss_by_rows = loss_by_rows<NUMBER>,
    .loss_by_lanes = loss_by_lanes<NUMBER>,
    .order = order_of,
    .drop_mask = dense_mask<NUMBER>,
};

}  // namespace

template <class T>
const Kernels<T>& table();

template <>
const Kernels<NUMBER>& table<NUMBER>() {
    return TABLE;
}

}  // namespace chainrule::TARGET
