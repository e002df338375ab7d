// The whole step of training, for one thread; book/speed.md says why each part is as it is.
//
// Every row of a matrix is padded to whole vectors, and every number of rows to whole tiles, so that no vector has a
// remainder; only the table is as it is. The padding of parameters holds zeros, that of b2 minus infinity, and stays so.
// Rows are taken in blocks that stay in the cache from one layer to the next; the sums over rows go on from block to
// block.
//
// Arithmetic is that of IEEE 754, with one liberty: a product and the sum after it may be rounded once, as in the
// library's own kernels. Sums over a vector's lanes are written out, so that no option is needed that would let the
// compiler reorder anything else.
#pragma once

#include "layers.h"
#include "products.h"

#include <algorithm>

// f(the first row of a block, how many there are)
template <typename F> void in_blocks(Sizes s, F f) {
    for (int64_t from = 0; from < s.B; from += s.block) f(from, std::min(s.block, s.B - from));
}

inline int64_t in_tiles(int64_t rows) { return (rows + TALL - 1) / TALL * TALL; }

// From the table to the batch's mean and squared distances from it.
template <typename T>
void forward(Sizes s, Network<T> net, Memory<T> m, const int64_t* codes, int64_t from, int64_t rows) {
    T* flat = m.flat + from * s.inputs;
    for (int64_t b = 0; b < rows; ++b)
        for (int64_t t = 0; t < s.T; ++t)
            std::memcpy(flat + b * s.inputs + t * s.D, net.table + codes[(from + b) * s.T + t] * s.D, s.D * sizeof(T));
    multiply<T, false>({flat, s.inputs, 1}, net.W1, m.x + from * s.width, rows, s.T * s.D, s.width);
    measure(s, m, from, rows);
}

// On to the loss, and back to the gradient of what was normalised and scaled. dW2 may be W2: when it moves it was read.
template <typename T>
T turn(Sizes s, Network<T> net, Memory<T> m, T* dW2, const int64_t* targets, int64_t from, int64_t rows, T share) {
    normalise(s, net, m, from, rows);
    dots(m.h, net.W2, m.logits, in_tiles(rows), s.V, s.width, s.letters);
    T loss = judge(s, net, m, targets + from, rows, share);
    multiply<T, false>({m.logits, s.letters, 1}, net.W2, m.d + from * s.width, rows, s.V, s.width);
    multiply<T, true>({m.logits, 1, s.letters}, m.h, dW2, s.V, rows, s.width);
    through_tanh(s, m, from, rows);
    return loss;
}

// Back to the table's gradient. dW1 may be W1.
template <typename T>
void backward(Sizes s, Network<T> net, Memory<T> m, T* dW1, const int64_t* codes, int64_t from, int64_t rows) {
    T *flat = m.flat + from * s.inputs, *d = m.d + from * s.width;
    through_normalisation(s, net, m, from, rows);
    dots(d, net.W1, m.dflat, in_tiles(rows), s.T * s.D, s.width, s.inputs);
    multiply<T, true>({flat, 1, s.inputs}, d, dW1, s.T * s.D, rows, s.width);
    for (int64_t b = 0; b < rows; ++b)
        for (int64_t t = 0; t < s.T; ++t) {
            T* row = m.dtable + codes[(from + b) * s.T + t] * s.D;
            for (int64_t i = 0; i < s.D; ++i) row[i] += m.dflat[b * s.inputs + t * s.D + i];
        }
}

template <typename T>
T step(Sizes s, Network<T> net, Memory<T> m, const int64_t* codes, const int64_t* targets, T rate, T eps) {
    // What has one block needs no sums over blocks.
    const bool single = s.B <= s.block;
    T *dW1 = single ? net.W1 : m.dW1, *dW2 = single ? net.W2 : m.dW2, loss = 0;
    std::memset(m.mean, 0, s.width * sizeof(T));
    std::memset(m.rstd, 0, s.width * sizeof(T));
    in_blocks(s, [&](int64_t from, int64_t rows) { forward(s, net, m, codes, from, rows); });
    for (int64_t j = 0; j < s.width; j += LANES<T>)
        store(m.rstd + j, T(1) / square_root<T>(load(m.rstd + j) / T(s.B - 1) + eps));
    const T share = -rate / T(s.B);
    in_blocks(s, [&](int64_t from, int64_t rows) { loss += turn(s, net, m, dW2, targets, from, rows, share); });
    in_blocks(s, [&](int64_t from, int64_t rows) { backward(s, net, m, dW1, codes, from, rows); });
    if (!single) {
        descend(net.W1, dW1, s.T * s.D * s.width);
        descend(net.W2, dW2, s.V * s.width);
    }
    descend(net.gamma, m.dgamma, s.width);
    descend(net.beta, m.dbeta, s.width);
    descend(net.b2, m.db2, s.letters);
    descend(net.table, m.dtable, s.V * s.D);
    return loss / T(s.B);
}
