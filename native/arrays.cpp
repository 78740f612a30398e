#include "arrays.h"

#include <cstring>

namespace chainrule {

Borrowed::Borrowed(nb::handle array, bool writes) {
    const int wanted = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writes ? PyBUF_WRITABLE : 0);
    held_ = PyObject_GetBuffer(array.ptr(), &view_, wanted) == 0;
    if (!held_) PyErr_Clear();  // said in our own words: misfit
}

Borrowed::~Borrowed() {
    if (held_) PyBuffer_Release(&view_);
}

bool Borrowed::is(const char* dtype) const {
    if (!held_ || view_.format == nullptr) return false;
    const char* letter = view_.format;
    if (*letter == '@' || *letter == '=') letter++;
    const char* letters = dtype[0] == 'f' ? "fd" : dtype[0] == 'i' ? "lq" : "LQ";
    const int64_t width = std::strcmp(dtype, "float32") == 0 ? 4 : 8;
    if (letter[0] == 0 || letter[1] != 0 || std::strchr(letters, *letter) == nullptr) return false;
    return view_.itemsize == width && reinterpret_cast<uintptr_t>(view_.buf) % width == 0;
}

bool Borrowed::is(const char* dtype, Shape shape) const {
    if (!is(dtype) || view_.ndim != static_cast<int>(shape.size())) return false;
    int axis = 0;
    for (int64_t wanted : shape) {
        if (wanted != ANY && view_.shape[axis] != wanted) return false;
        axis++;
    }
    return true;
}

namespace {

std::string text(nb::handle object) { return nb::str(object).c_str(); }

}  // namespace

std::string told(nb::handle array) {
    if (!nb::hasattr(array, "dtype") || !nb::hasattr(array, "shape"))
        return nb::type_name(array.type()).c_str();
    const nb::object dtype = array.attr("dtype"), shape = array.attr("shape");
    const nb::object flags = nb::getattr(array, "flags", nb::none());
    std::string all = text(dtype) + " " + text(shape);
    if (!nb::hasattr(flags, "c_contiguous")) return all;
    if (!nb::bool_(nb::object(flags.attr("c_contiguous")))) all += ", not contiguous";
    if (!nb::bool_(nb::object(flags.attr("aligned")))) all += ", not aligned";
    if (!nb::bool_(nb::object(flags.attr("writeable")))) all += ", read-only";
    return all;
}

void misfit(const char* called, const char* name, const char* dtype,
            Shape shape, bool writes, nb::handle got) {
    std::string sizes;
    for (int64_t size : shape)
        sizes += (sizes.empty() ? "" : ", ") + (size == ANY ? "n" : std::to_string(size));
    if (shape.size() == 1) sizes += ",";
    throw Refusal{called,
                  std::string(name) + " to be " + dtype + " (" + sizes + "), contiguous" +
                      (writes ? " and writable" : ""),
                  told(got), std::string("np.ascontiguousarray(") + name + ", dtype=\"" + dtype +
                      "\") is, if the shape is right."};
}

}  // namespace chainrule
