#include "arena.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace chainrule {

namespace {
constexpr size_t LINE = 64, SLACK = 128;
}

struct Arena::Piece {
    void* memory;
    Piece* before;
};

// Large pieces come from calloc as pages that the kernel has zeroed: they cost nothing until
// touched. calloc aligns to 16 bytes, so a line is asked for on top and the start is rounded up;
// the Piece itself stands in the first bytes.
void* Arena::bytes(size_t count) {
    const size_t head = sizeof(Piece) + LINE - 1;
    if (count > SIZE_MAX - head - SLACK) throw std::bad_alloc();
    void* memory = std::calloc(head + count + SLACK, 1);
    if (memory == nullptr) throw std::bad_alloc();
    last_ = new (memory) Piece{memory, last_};
    taken_ += count;
    const auto after = reinterpret_cast<uintptr_t>(memory) + head;
    return reinterpret_cast<void*>(after & ~uintptr_t{LINE - 1});
}

Arena::~Arena() {
    while (last_ != nullptr) {
        Piece* before = last_->before;
        std::free(last_->memory);
        last_ = before;
    }
}

}  // namespace chainrule
