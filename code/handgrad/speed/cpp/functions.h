// exp, tanh and the square root of vectors; book/speed.md says how exact they are.
#pragma once

#include "vectors.h"

#include <cmath>

// power and rest, so that exp(x) = power · rest + power; x is taken to lie within MOST of 0, and a NaN stays one.
// N vectors at a time: each line waits for the one before it, and meanwhile the processor computes another vector's.
template <typename T, int N> struct Parts { Vec<T> power[N], rest[N]; };
template <typename T, int N> INLINE Parts<T, N> exponential(const Vec<T> (&x)[N]) {
    using K = Kind<T>;
    Vec<T> r[N];
    Parts<T, N> e;
    T term = 1;
    for (int i = 2; i <= K::DEGREE; ++i) term /= i;
    each<N>([&](auto n) INLINED {
        Vec<T> bounded = x[n] < -K::MOST ? spread(-K::MOST) : x[n];
        bounded = bounded > K::MOST ? spread(K::MOST) : bounded;
        // Adding 1.5 · 2^DIGITS leaves no room for a fraction: the low digits are then the nearest whole number.
        Vec<T> shifted = bounded * T(1.44269504088896340736) + K::ROUNDER, whole = shifted - K::ROUNDER;
        r[n] = (bounded - whole * K::LN2_HIGH) - whole * K::LN2_LOW;
        e.power[n] = (Vec<T>)(((typename Vectors<T>::Wholes)shifted + K::BIAS) << K::DIGITS);
        e.rest[n] = spread(term);
    });
    for (int i = K::DEGREE; i > 1; --i) {
        term *= i;
        each<N>([&](auto n) INLINED { e.rest[n] = e.rest[n] * r[n] + term; });
    }
    each<N>([&](auto n) INLINED { e.rest[n] *= r[n]; });
    return e;
}

// tanh x = m / (2 + m) with m = exp(2x) − 1, which keeps its digits where x is small.
template <typename T, int N> INLINE void hyperbolic_tangent(Vec<T> (&x)[N]) {
    Vec<T> doubled[N];
    each<N>([&](auto n) INLINED { doubled[n] = x[n] + x[n]; });
    Parts<T, N> e = exponential<T, N>(doubled);
    each<N>([&](auto n) INLINED {
        Vec<T> m = e.power[n] * e.rest[n] + (e.power[n] - T(1));
        x[n] = m / (T(2) + m);
    });
}

template <typename T> inline Vec<T> square_root(Vec<T> x) {
    for (int i = 0; i < LANES<T>; ++i) x[i] = std::sqrt(x[i]);
    return x;
}
