// NumPy's array as it lies in memory, for the one call where 100 ns matter: Predictor.
//
// The first fields of an array object and the numbers of the functions used below belong to
// NumPy's binary interface, which has not changed since NumPy 1.0. Whether this interpreter's
// NumPy agrees is tried once, on an array whose answers are known; where it does not, everything
// takes the way through Python.
#pragma once
#include "arrays.h"

namespace chainrule::numpy {

struct Array {
    PyObject_HEAD
    char* data;
    int axes;
    Py_ssize_t *shape, *strides;
    PyObject *base, *dtype;
    int flags;
};

constexpr int CONTIGUOUS = 0x1, ALIGNED = 0x100;

// What is looked up once. `agrees` is false where nothing of this may be used.
struct Interface {
    bool agrees = false;
    PyTypeObject* type = nullptr;
    PyObject *float32 = nullptr, *float64 = nullptr;
    PyObject* (*make)(PyTypeObject*, int axes, const Py_ssize_t* shape, int type,
                      const Py_ssize_t* strides, void* data, int itemsize, int flags,
                      PyObject*) = nullptr;
};

const Interface& interface();

template <class T>
constexpr int NUMBER_OF = sizeof(T) == 4 ? 11 : 12;  // NPY_FLOAT, NPY_DOUBLE

// The array, if it is one of T that may be read as plain memory; else null.
template <class T>
inline const Array* plain(PyObject* object) {
    const Interface& np = interface();
    if (!np.agrees || Py_TYPE(object) != np.type) return nullptr;
    const Array* array = reinterpret_cast<const Array*>(object);
    if (array->dtype != (sizeof(T) == 4 ? np.float32 : np.float64)) return nullptr;
    constexpr int needed = CONTIGUOUS | ALIGNED;
    return (array->flags & needed) == needed ? array : nullptr;
}

}  // namespace chainrule::numpy
