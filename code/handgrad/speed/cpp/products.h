// Products of matrices of these shapes: at least one of the sizes is a few dozen.
#pragma once

#include "vectors.h"

template <typename T> struct Strided { const T* at; int64_t row, column; };

// A tile of out = a b, or with ADD of out += a b: each number of a is multiplied into a row of b.
template <typename T, int R, int C, bool ADD>
inline void tile(Strided<T> a, const T* b, T* out, int64_t K, int64_t width) {
    constexpr int L = LANES<T>;
    Vec<T> sums[R][C] = {};
    // A store waits for its place in the cache, so that is fetched meanwhile; to what is added to, the load does it.
    if constexpr (!ADD)
        each<R>([&](auto r) INLINED {
            each<C>([&](auto c) INLINED { __builtin_prefetch(out + r * width + c * L, 1); });
        });
    for (int64_t k = 0; k < K; ++k) {
        Vec<T> row[C];
        each<C>([&](auto c) INLINED { row[c] = load(b + k * width + c * L); keep(row[c]); });
        each<R>([&](auto r) INLINED {
            Vec<T> number = spread(a.at[r * a.row + k * a.column]);
            keep(number);
            each<C>([&](auto c) INLINED { sums[r][c] += number * row[c]; });
        });
    }
    each<R>([&](auto r) INLINED {
        each<C>([&](auto c) INLINED {
            T* to = out + r * width + c * L;
            // Summed first and then added, so that a parameter is rounded once.
            store(to, ADD ? load(to) + sums[r][c] : sums[r][c]);
        });
    });
}

// out (rows, width) = a (rows, K) b (K, width), or added to it; width in whole vectors.
template <typename T, bool ADD>
void multiply(Strided<T> a, const T* b, T* out, int64_t rows, int64_t K, int64_t width) {
    in_strips(width / LANES<T>, [&](int64_t from, auto wide) {
        const int64_t j = from * LANES<T>;
        for (int64_t i = 0; i < rows; i += TALL)
            as_constant<TALL>(rows - i < TALL ? rows - i : TALL, [&](auto tall) {
                Strided<T> part{a.at + i * a.row, a.row, a.column};
                tile<T, tall, wide, ADD>(part, b + j, out + i * width + j, K, width);
            });
    });
}

// out (rows, columns) = a (rows, width) times the transpose of b (columns, width), both read along their rows.
template <typename T>
void dots(const T* a, const T* b, T* out, int64_t rows, int64_t columns, int64_t width, int64_t stride) {
    constexpr int L = LANES<T>, R = L > 4 ? TALL : L / 2, C = L / R;
    for (int64_t j = 0; j < columns; j += C)
        for (int64_t i = 0; i < rows; i += R) {
            Vec<T> sums[L] = {};
            for (int64_t k = 0; k < width; k += L) {
                Vec<T> column[C];
                for (int c = 0; c < C; ++c) { column[c] = load(b + (j + c) * width + k); keep(column[c]); }
                for (int r = 0; r < R; ++r) {
                    Vec<T> row = load(a + (i + r) * width + k);
                    keep(row);
                    for (int c = 0; c < C; ++c) sums[r * C + c] += row * column[c];
                }
            }
            Vec<T> found = across<T>(sums);
            for (int r = 0; r < R; ++r)
                std::memcpy(out + (i + r) * stride + j, reinterpret_cast<const T*>(&found) + r * C, C * sizeof(T));
        }
}
