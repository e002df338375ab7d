// The network's layers, forward and backward, for a block of a minibatch's rows.
#pragma once

#include "functions.h"

#include <limits>

struct Sizes { int64_t B, T, V, D, width, letters, inputs, block; };

// Shapes: table (V, D); W1 (inputs, width); gamma, beta (width,); W2 (tiles of V, width), transposed; b2 (letters,).
template <typename T> struct Network { T *table, *W1, *gamma, *beta, *W2, *b2; };

// Of all rows flat (B, inputs), x and d (B, width); of a block's rows h (block, width), logits (block, letters) and
// dflat (block, inputs), B and block in whole tiles; mean and rstd (width,). The last six are sums over rows, as large
// as what they are the gradients of, and zeros between two steps; dW1 and dW2 are empty where there is one block.
template <typename T> struct Memory {
    T *flat, *x, *d, *h, *logits, *dflat, *mean, *rstd, *dgamma, *dbeta, *dW1, *dW2, *db2, *dtable;
};

// The parameters move by their sums, and the sums are zeros again: a parameter is rounded once a step.
template <typename T> void descend(T* params, T* sums, int64_t count) {
    // Number by number, as the table has no padding; the compiler makes vectors of it.
    for (int64_t i = 0; i < count; ++i) {
        params[i] += sums[i];
        sums[i] = 0;
    }
}

// What the block's rows add to the mean of each column and to the sum of squared distances from it, which rstd holds
// until all rows are there.
template <typename T> void measure(Sizes s, Memory<T> m, int64_t from, int64_t rows) {
    const T part = T(rows) / T(from + rows), weight = T(from) * part;
    in_strips(s.width / LANES<T>, [=](int64_t first, auto wide) {
        constexpr int C = wide, L = LANES<T>;
        const T* x = m.x + from * s.width + first * L;
        Vec<T> mean[C] = {}, squares[C] = {};
        for (int64_t b = 0; b < rows; ++b)
            each<C>([&](auto c) INLINED { mean[c] += load(x + b * s.width + c * L); });
        each<C>([&](auto c) INLINED { mean[c] /= T(rows); });
        for (int64_t b = 0; b < rows; ++b)
            each<C>([&](auto c) INLINED {
                Vec<T> centered = load(x + b * s.width + c * L) - mean[c];
                squares[c] += centered * centered;
            });
        each<C>([&](auto c) INLINED {
            T *before = m.mean + (first + c) * L, *sum = m.rstd + (first + c) * L;
            Vec<T> apart = mean[c] - load(before);
            store(before, load(before) + apart * part);
            store(sum, load(sum) + squares[c] + apart * (apart * weight));
        });
    });
}

template <typename T> void normalise(Sizes s, Network<T> net, Memory<T> m, int64_t from, int64_t rows) {
    in_strips(s.width / LANES<T>, [=](int64_t first, auto wide) {
        constexpr int C = wide, L = LANES<T>;
        const int64_t at = first * L;
        T *x = m.x + from * s.width + at, *h = m.h + at;
        Vec<T> mean[C], rstd[C], gamma[C], beta[C];
        each<C>([&](auto c) INLINED {
            mean[c] = load(m.mean + at + c * L);
            rstd[c] = load(m.rstd + at + c * L);
            gamma[c] = load(net.gamma + at + c * L);
            beta[c] = load(net.beta + at + c * L);
        });
        for (int64_t b = 0; b < rows; ++b) {
            Vec<T> y[C];
            each<C>([&](auto c) INLINED {
                Vec<T> xhat = (load(x + b * s.width + c * L) - mean[c]) * rstd[c];
                store(x + b * s.width + c * L, xhat);
                y[c] = gamma[c] * xhat + beta[c];
            });
            hyperbolic_tangent<T, C>(y);
            each<C>([&](auto c) INLINED { store(h + b * s.width + c * L, y[c]); });
        }
    });
}

// The sum of the block's losses; logits become the gradient of the loss with respect to them, times −rate, where share
// is −rate / B.
template <typename T>
T judge(Sizes s, Network<T> net, Memory<T> m, const int64_t* targets, int64_t rows, T share) {
    constexpr int L = LANES<T>;
    T loss = 0;
    auto larger = [](Vec<T> a, Vec<T> b) { return a > b ? a : b; };
    for (int64_t b = 0; b < rows; ++b) {
        T* row = m.logits + b * s.letters;
        Vec<T> most = load(row) + load(net.b2), sum{};
        for (int64_t v = 0; v < s.letters; v += L) {
            Vec<T> z = load(row + v) + load(net.b2 + v);
            store(row + v, z);
            most = larger(z, most);
        }
        T top = fold<T>(most, larger);
        T right = row[targets[b]] - top;
        for (int64_t v = 0; v < s.letters; v += L) {
            Vec<T> z[1] = {load(row + v) - top};
            Parts<T, 1> e = exponential<T, 1>(z);
            Vec<T> count = e.power[0] * e.rest[0] + e.power[0];
            store(row + v, count);
            sum += count;
        }
        T counts = fold<T>(sum, [](Vec<T> a, Vec<T> b) { return a + b; });
        loss += std::log(counts) - right;
        // A gradient that would be subnormal is 0: the padding has one in every row, and processors are slow with it.
        T scale = share / counts, least = std::numeric_limits<T>::min() / std::abs(scale);
        for (int64_t v = 0; v < s.letters; v += L) {
            Vec<T> count = load(row + v);
            store(row + v, count < least ? Vec<T>{} : count * scale);
        }
        row[targets[b]] -= share;
    }
    for (int64_t v = 0; v < s.letters; v += L) {
        Vec<T> sum = load(m.db2 + v);
        for (int64_t b = 0; b < rows; ++b) sum += load(m.logits + b * s.letters + v);
        store(m.db2 + v, sum);
    }
    return loss;
}

template <typename T> void through_tanh(Sizes s, Memory<T> m, int64_t from, int64_t rows) {
    T *d = m.d + from * s.width, *xhat = m.x + from * s.width;
    for (int64_t j = 0; j < s.width; j += LANES<T>) {
        Vec<T> dbeta = load(m.dbeta + j), dgamma = load(m.dgamma + j);
        for (int64_t at = j; at < rows * s.width; at += s.width) {
            Vec<T> h = load(m.h + at), dpreact = (T(1) - h * h) * load(d + at);
            store(d + at, dpreact);
            dbeta += dpreact;
            dgamma += dpreact * load(xhat + at);
        }
        store(m.dbeta + j, dbeta);
        store(m.dgamma + j, dgamma);
    }
}

template <typename T> void through_normalisation(Sizes s, Network<T> net, Memory<T> m, int64_t from, int64_t rows) {
    T *d = m.d + from * s.width, *xhat = m.x + from * s.width;
    for (int64_t j = 0; j < s.width; j += LANES<T>) {
        Vec<T> scale = load(net.gamma + j) * load(m.rstd + j);
        Vec<T> via_mean = load(m.dbeta + j) / T(s.B), via_var = load(m.dgamma + j) / T(s.B - 1);
        for (int64_t at = j; at < rows * s.width; at += s.width)
            store(d + at, scale * (load(d + at) - via_mean - load(xhat + at) * via_var));
    }
}
