// Scratch memory: taken piece by piece, freed all at once.
#pragma once
#include <cstddef>
#include <cstdint>

namespace chainrule {

// Where a kernel's buffers lie. Every piece begins at a cache line of its own, is zero-filled, and
// has 128 bytes of slack behind it: a kernel may load or store two whole registers past its end.
class Arena {
public:
    Arena() = default;
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    void* bytes(size_t count);  // throws std::bad_alloc
    size_t taken() const { return taken_; }

private:
    struct Piece;
    Piece* last_ = nullptr;
    size_t taken_ = 0;
};

#ifdef TARGET
namespace TARGET {

template <class T>
inline T* take(Arena& arena, int64_t count) {
    return static_cast<T*>(arena.bytes(static_cast<size_t>(count) * sizeof(T)));
}

}  // namespace TARGET
#endif

}  // namespace chainrule
