// A network as a function: `predictor(x)` is the outputs, with as little as possible around them.
//
// One row of 2-4-8-1 is 0.1 µs of work; going through Python's calls, checks and conversions would
// cost ten times as much. So the parameters are bound once, where Python holds them, and a call
// only makes sure that they are still there: whoever puts another array into the dict, or changes
// numbers in place, gets the outputs of the present numbers.
#include <algorithm>
#include <cstring>
#include <vector>

#include "arena.h"
#include "arguments.h"
#include "binding.h"
#include "numpy.h"

namespace chainrule {

namespace {

constexpr int64_t ROW_BY_ROW = 4;  // rows up to which the one-row kernel is the faster way
constexpr int64_t SLACK = 128;     // bytes behind a row of scratch

// One parameter: its place in the dict, and where its numbers were found.
struct Bound {
    nb::object name, array;
    const void* data = nullptr;
    Py_ssize_t size = 0;  // of the first axis; b of shape (1,) or (units,), W (fan_in, units)
};

// Does the dict still hold that array, with its numbers at that place?
bool is_bound(PyObject* params, const Bound& bound) {
    PyObject* now = PyDict_GetItemWithError(params, bound.name.ptr());
    if (now != bound.array.ptr()) return false;
    const auto* array = reinterpret_cast<const numpy::Array*>(now);
    return array->data == bound.data && array->shape[0] == bound.size &&
           (array->flags & numpy::CONTIGUOUS);
}

class Predictor {
public:
    Predictor(nb::dict params, const Plan& plan, bool single, int threads)
        : params_(std::move(params)), plan_(plan), single_(single), threads_(threads) {
        int64_t widest = 0;
        for (const Layer& layer : plan.layers) widest = std::max(widest, layer.units);
        row_ = widest + SLACK / (single ? 4 : 8);
        scratch_ = arena_.bytes(static_cast<size_t>(2 * row_ * (single ? 4 : 8)));
        parameters_.resize(plan.layers.size() * 2);
        for (size_t l = 0; l < plan.layers.size(); l++)
            for (size_t k = 0; k < 2; k++)
                parameters_[2 * l + k].name = nb::steal(PyUnicode_InternFromString(
                    (std::to_string(l) + (k == 0 ? ".W" : ".b")).c_str()));
        weights_.resize(plan.layers.size());
        bind();
    }

    nb::object operator()(nb::handle x) {
        if (!all_bound()) bind();
        return single_ ? predict<float>(x) : predict<double>(x);
    }

private:
    bool all_bound() const {
        if (!whole_ || !numpy::interface().agrees) return false;
        for (const Bound& bound : parameters_)
            if (bound.array.is_valid() && !is_bound(params_.ptr(), bound)) return false;
        return true;
    }

    void bind() {
        whole_ = false;  // and stays so where a parameter is refused
        for (size_t l = 0; l < plan_.layers.size(); l++) {
            const Layer& layer = plan_.layers[l];
            weights_[l] = {bind(parameters_[2 * l], {layer.fan_in, layer.units}), nullptr};
            if (layer.bias != Bias::none)
                weights_[l].b = bind(parameters_[2 * l + 1], {layer.biases()});
        }
        whole_ = true;
    }

    const void* bind(Bound& bound, Shape shape) {
        nb::object now = nb::borrow(PyDict_GetItemWithError(params_.ptr(), bound.name.ptr()));
        if (!now.is_valid()) now = nb::none();
        const char* name = PyUnicode_AsUTF8(bound.name.ptr());
        Borrowed memory(now, false);
        const char* dtype = single_ ? "float32" : "float64";
        if (!memory.is(dtype, shape)) misfit("predict", name, dtype, shape, false, now);
        bound.array = now, bound.data = memory.data(), bound.size = *shape.begin();
        return bound.data;
    }

    template <class T>
    nb::object predict(nb::handle x) {
        const numpy::Array* plain = numpy::plain<T>(x.ptr());
        const int64_t inputs = plan_.inputs();
        if (plain != nullptr && plain->axes == 1 && plain->shape[0] == inputs)
            return outputs<T>(reinterpret_cast<const T*>(plain->data), 1, 1);
        if (plain != nullptr && plain->axes == 2 && plain->shape[1] == inputs)
            return outputs<T>(reinterpret_cast<const T*>(plain->data), plain->shape[0], 2);
        return converted<T>(x);
    }

    // Whatever NumPy can make numbers of.
    template <class T>
    nb::object converted(nb::handle x) {
        nb::module_ numpy = nb::module_::import_("numpy");
        nb::object made = numpy.attr("ascontiguousarray")(x, NAME_OF<T>);
        const Borrowed memory(made, false);
        const T* data = static_cast<const T*>(memory.data());
        if (memory.is(NAME_OF<T>, {plan_.inputs()})) {
            const bool flat = !nb::hasattr(x, "ndim") || nb::cast<int>(x.attr("ndim")) == 1;
            if (flat) return outputs<T>(data, 1, 1);
        }
        if (memory.is(NAME_OF<T>, {ANY, plan_.inputs()}))
            return outputs<T>(data, memory.size(0), 2);
        throw Refusal{"predict", "x with " + std::to_string(plan_.inputs()) + " columns",
                      "x of shape " + std::string(nb::str(nb::object(made.attr("shape"))).c_str()),
                      "One sample a row; a single one may come without the rows' axis."};
    }

    template <class T>
    nb::object empty(int64_t n, int axes) const {
        const Py_ssize_t shape[] = {n, plan_.outputs()};
        const numpy::Interface& np = numpy::interface();
        if (!np.agrees)
            return nb::module_::import_("numpy").attr("empty")(
                axes == 2 ? nb::make_tuple(n, shape[1]) : nb::make_tuple(shape[1]), NAME_OF<T>);
        PyObject* made = np.make(np.type, axes, shape + 2 - axes, numpy::NUMBER_OF<T>, nullptr,
                                 nullptr, 0, 0, nullptr);
        if (made == nullptr) throw nb::python_error();
        return nb::steal(made);
    }

    template <class T>
    nb::object outputs(const T* x, int64_t n, int axes) {
        nb::object made = empty<T>(n, axes);
        if (numpy::interface().agrees) {
            fill(x, n, reinterpret_cast<T*>(reinterpret_cast<numpy::Array*>(made.ptr())->data));
        } else {
            const Borrowed memory(made, true);
            fill(x, n, static_cast<T*>(memory.data()));
        }
        return made;
    }

    template <class T>
    void fill(const T* x, int64_t n, T* a) {
        const Kernels<T>& with = kernels<T>();
        if (n > ROW_BY_ROW) return fill_at_once(x, n, a);
        const Weights<T>* weights = reinterpret_cast<const Weights<T>*>(weights_.data());
        for (int64_t i = 0; i < n; i++)
            with.one_row(plan_, weights, x + i * plan_.inputs(), a + i * plan_.outputs(),
                         static_cast<T*>(scratch_), row_);
    }

    // The kernels for many rows want the parameters one after the other.
    template <class T>
    void fill_at_once(const T* x, int64_t n, T* a) {
        Arena arena;
        T* theta = static_cast<T*>(arena.bytes(static_cast<size_t>(plan_.parameters) * sizeof(T)));
        for (size_t l = 0; l < plan_.layers.size(); l++) {
            const Layer& layer = plan_.layers[l];
            std::memcpy(theta + layer.W, weights_[l].W,
                        static_cast<size_t>(layer.fan_in * layer.units) * sizeof(T));
            if (weights_[l].b != nullptr)
                std::memcpy(theta + layer.b, weights_[l].b,
                            static_cast<size_t>(layer.biases()) * sizeof(T));
        }
        const Pool pool(threads_);
        Stop signals;
        Halt halt(Stop::asked, &signals);
        {
            const WithoutGil released;
            kernels<T>().forward(plan_, Rows<T>{n, x, nullptr, nullptr, nullptr}, theta, a,
                                 nullptr, const_cast<Pool&>(pool), halt);
        }
        signals.raise();
    }

    struct Pointers {
        const void *W, *b;
    };

    nb::dict params_;
    Plan plan_;
    bool single_;
    int threads_;
    Arena arena_;
    void* scratch_;
    int64_t row_;
    std::vector<Bound> parameters_;
    std::vector<Pointers> weights_;
    bool whole_ = false;  // weights_ are all of them
};

// tp_call: a third of the time of a call through nanobind's dispatch.
PyObject* call(PyObject* self, PyObject* arguments, PyObject* named) noexcept {
    if (PyTuple_GET_SIZE(arguments) != 1 || (named != nullptr && PyDict_GET_SIZE(named) != 0)) {
        PyErr_SetString(PyExc_TypeError, "a predictor is called with x alone");
        return nullptr;
    }
    try {
        return (*nb::inst_ptr<Predictor>(self))(PyTuple_GET_ITEM(arguments, 0)).release().ptr();
    } catch (const Refusal& refusal) {
        raise(refusal);
    } catch (nb::python_error& error) {
        error.restore();
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::exception& error) {  // an ndim that is no number
        PyErr_SetString(PyExc_TypeError, error.what());
    }
    return nullptr;
}

PyType_Slot slots[] = {{Py_tp_call, reinterpret_cast<void*>(call)}, {0, nullptr}};

}  // namespace

void add_predictor(nb::module_& m) {
    numpy::interface();
    nb::class_<Predictor>(m, "Predictor", nb::type_slots(slots),
                          "predictor(x): the outputs of (inputs,) or (n, inputs) numbers.")
        .def("__init__", [](Predictor* self, nb::dict params, const Plan& plan,
                            const std::string& dtype, int threads) {
            new (self) Predictor(std::move(params), plan, dtype == "float32", threads);
        }, nb::arg("params"), nb::arg("plan"), nb::arg("dtype"), nb::arg("threads") = 1);
}

}  // namespace chainrule
