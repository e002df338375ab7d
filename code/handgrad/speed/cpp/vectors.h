// A processor's vectors of numbers: to read and write one, to add up what is in it, to take those of a row in turn.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__AVX512F__)
constexpr int BYTES = 64, WIDEST = 6;
#elif defined(__AVX__)
constexpr int BYTES = 32, WIDEST = 3;
#elif defined(__aarch64__)
constexpr int BYTES = 16, WIDEST = 6;
#else
constexpr int BYTES = 16, WIDEST = 3;
#endif
// Before a function, and after the parameters of one without a name: what it is given stays in registers.
#define INLINE inline __attribute__((always_inline))
#define INLINED __attribute__((always_inline))
// A vector that has been read stays in its register: left to itself the compiler reads it again for every use.
#if defined(__AVX512F__)
template <typename V> inline void keep(V& v) { asm("" : "+v"(v)); }
#elif defined(__x86_64__)
template <typename V> inline void keep(V& v) { asm("" : "+x"(v)); }
#elif defined(__aarch64__)
template <typename V> inline void keep(V& v) { asm("" : "+w"(v)); }
#else
template <typename V> inline void keep(V&) {}
#endif
// A tile has TALL rows and up to WIDEST vectors: its sums, and what a turn reads, fill the registers there are.
constexpr int TALL = 4;

template <typename T> struct Kind;
template <> struct Kind<float> {
    using Whole = int32_t;
    static constexpr int DEGREE = 7, DIGITS = 23, BIAS = 127;
    static constexpr float MOST = 87.0f, ROUNDER = 0x1.8p23f;
    static constexpr float LN2_HIGH = 0x1.62ep-1f, LN2_LOW = 0x1.0bfbe8p-15f;
};
template <> struct Kind<double> {
    using Whole = int64_t;
    static constexpr int DEGREE = 13, DIGITS = 52, BIAS = 1023;
    static constexpr double MOST = 708.0, ROUNDER = 0x1.8p52;
    static constexpr double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;
};

template <typename T> constexpr int LANES = BYTES / int(sizeof(T));
template <typename T> struct Vectors {
    typedef T Vector __attribute__((vector_size(BYTES)));
    typedef typename Kind<T>::Whole Wholes __attribute__((vector_size(BYTES)));
};
template <typename T> using Vec = typename Vectors<T>::Vector;

template <typename T> inline Vec<T> load(const T* from) { Vec<T> v; std::memcpy(&v, from, BYTES); return v; }
template <typename T> inline void store(T* to, Vec<T> v) { std::memcpy(to, &v, BYTES); }
// Subtracting zero changes no number, so no instruction is left of it; adding it would make -0 into 0.
template <typename T> inline Vec<T> spread(T number) { return number - Vec<T>{}; }

template <int I> using Constant = std::integral_constant<int, I>;
template <typename F, int... I> INLINE void in_turn(F f, std::integer_sequence<int, I...>) { (f(Constant<I>{}), ...); }
// f(0), f(1) ... written out and not a loop: so the compiler keeps the sums of a tile in registers from the start.
template <int N, typename F> INLINE void each(F f) { in_turn(f, std::make_integer_sequence<int, N>{}); }

// f(number), with the number as a constant: there is code for each one from MOST to 1.
template <int MOST, typename F> void as_constant(int64_t number, F f) {
    if constexpr (MOST > 0) {
        if (number == MOST) f(Constant<MOST>{});
        else as_constant<MOST - 1>(number, f);
    }
}

// The vectors of a row in strips of at most WIDEST, shared out evenly: f(the first of a strip, how many they are).
template <typename F> void in_strips(int64_t vectors, F f) {
    int64_t strips = (vectors + WIDEST - 1) / WIDEST;
    for (int64_t s = 0, from = 0; s < strips; ++s) {
        int64_t to = vectors * (s + 1) / strips;
        as_constant<WIDEST>(to - from, [&](auto wide) { f(from, wide); });
        from = to;
    }
}

template <int GROUP, bool SECOND, typename V, int... LANE>
inline V halves(V a, V b, std::integer_sequence<int, LANE...>) {
    constexpr int N = sizeof...(LANE), HALF = GROUP / 2;
    // Of each group of lanes the first half of a and the second of b, which stay where they are; or the other two, each
    // in the other's place.
    return __builtin_shufflevector(a, b, (LANE % GROUP < HALF ? LANE + SECOND * HALF : N + LANE - SECOND * HALF)...);
}

// The sums over the lanes of as many vectors as a vector has lanes: lane i holds that of sums[i].
template <typename T, int LEFT = LANES<T>> inline Vec<T> across(Vec<T>* sums) {
    if constexpr (LEFT == 1) return sums[0];
    else {
        using Order = std::make_integer_sequence<int, LANES<T>>;
        for (int i = 0; i < LEFT / 2; ++i) {
            Vec<T> a = sums[i], b = sums[i + LEFT / 2];
            sums[i] = halves<LEFT, false>(a, b, Order{}) + halves<LEFT, true>(a, b, Order{});
        }
        return across<T, LEFT / 2>(sums);
    }
}

// One number from the lanes of a vector: f of its halves, then of the halves of that, until one lane is left.
template <typename T, int LEFT = LANES<T>, typename F> inline T fold(Vec<T> v, F f) {
    if constexpr (LEFT == 1) return v[0];
    else return fold<T, LEFT / 2>(f(v, halves<LEFT, true>(v, v, std::make_integer_sequence<int, LANES<T>>{})), f);
}
