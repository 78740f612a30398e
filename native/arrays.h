// Python's arrays as plain memory, checked: whatever is handed over, nothing is read or written
// that is not there.
#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <initializer_list>
#include <string>

#include "kernels.h"

namespace chainrule {

namespace nb = nanobind;

constexpr int64_t ANY = -1;  // in a shape: as many as there are
using Shape = std::initializer_list<int64_t>;

template <class T>
constexpr const char* NAME_OF = "int64";
template <>
inline constexpr const char* NAME_OF<uint64_t> = "uint64";
template <>
inline constexpr const char* NAME_OF<float> = "float32";
template <>
inline constexpr const char* NAME_OF<double> = "float64";

// Borrowed memory, given back when this goes. No copy is ever made.
class Borrowed {
public:
    Borrowed(nb::handle array, bool writes);
    ~Borrowed();
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;

    bool is(const char* dtype, Shape shape) const;
    bool is(const char* dtype) const;
    int64_t size(int axis) const { return view_.shape[axis]; }
    int64_t size() const { return view_.len / view_.itemsize; }
    void* data() const { return view_.buf; }

private:
    Py_buffer view_{};
    bool held_ = false;
};

std::string told(nb::handle array);  // "float64 (3, 2)", for people
[[noreturn]] void misfit(const char* called, const char* name, const char* dtype,
                         Shape shape, bool writes, nb::handle got);

// `name`, an argument of `called`: C-contiguous, aligned, of that type and shape; else refused.
template <class T>
class Array {
public:
    Array(const char* called, const char* name, nb::handle array,
          Shape shape, bool writes = false)
        : memory_(array, writes) {
        if (!memory_.is(NAME_OF<T>, shape))
            misfit(called, name, NAME_OF<T>, shape, writes, array);
    }

    T* data() const { return static_cast<T*>(memory_.data()); }
    int64_t size(int axis) const { return memory_.size(axis); }

private:
    Borrowed memory_;
};

}  // namespace chainrule
