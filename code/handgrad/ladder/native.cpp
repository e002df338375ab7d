// The whole step of training in one function, for one thread; book/speed.md says why each part is as it is.
//
// Every row of a matrix of H columns is padded to whole vectors, and every number of rows to whole tiles, so that no
// vector has a remainder. The padding holds zeros, that of b2 minus infinity, and stays so. Arithmetic is that of IEEE
// 754, with one liberty: a product and the sum after it may be rounded once, as in the library's own kernels. Sums over
// a vector's lanes are written out, so that no option is needed that would let the compiler reorder anything else.

#include <torch/csrc/stable/library.h>
#include <torch/csrc/stable/tensor.h>
#include <torch/headeronly/core/ScalarType.h>
#include <torch/headeronly/util/Exception.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

using torch::stable::Tensor;

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

// Sums over lanes

template <int GROUP, bool SECOND, typename V, int... LANE>
inline V halves(V a, V b, std::integer_sequence<int, LANE...>) {
    constexpr int N = sizeof...(LANE), HALF = GROUP / 2;
    // From each group of lanes the first half (or the second) of a, and beside it that of b.
    return __builtin_shufflevector(
        a, b, (LANE / GROUP * GROUP + LANE % HALF + (SECOND ? HALF : 0) + (LANE % GROUP < HALF ? 0 : N))...);
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

// Products

template <typename T> struct Strided { const T* at; int64_t row, column; };

// A tile of out = a b, or with ADD of out += a b: each number of a is multiplied into a row of b.
template <typename T, int R, int C, bool ADD>
inline void tile(Strided<T> a, const T* b, T* out, int64_t K, int64_t width) {
    constexpr int L = LANES<T>;
    Vec<T> sums[R][C] = {};
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
            // Summed first and then added: a parameter is rounded once a step.
            store(to, ADD ? load(to) + sums[r][c] : sums[r][c]);
        });
    });
}

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

// Functions

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

// The step

struct Sizes { int64_t B, T, V, D, width, letters, inputs; };

// Shapes: table (V, D); W1 (inputs, width); gamma, beta (width,); W2 (tiles of V, width), transposed; b2 (letters,).
template <typename T> struct Network { T *table, *W1, *gamma, *beta, *W2, *b2; };

// flat, dflat (B, inputs); xhat, h, d (B, width); logits (B, letters); rstd (width,). B in whole tiles.
template <typename T> struct Memory { T *flat, *dflat, *xhat, *h, *d, *logits, *rstd; };

template <typename T> void normalise(Sizes s, Network<T> net, Memory<T> m, T eps) {
    in_strips(s.width / LANES<T>, [=](int64_t from, auto wide) {
        constexpr int C = wide, L = LANES<T>;
        T *x = m.xhat + from * L, *h = m.h + from * L;
        Vec<T> mean[C] = {}, squares[C] = {}, rstd[C], gamma[C], beta[C];
        for (int64_t b = 0; b < s.B; ++b)
            each<C>([&](auto c) INLINED { mean[c] += load(x + b * s.width + c * L); });
        each<C>([&](auto c) INLINED { mean[c] /= T(s.B); });
        for (int64_t b = 0; b < s.B; ++b)
            each<C>([&](auto c) INLINED {
                Vec<T> centered = load(x + b * s.width + c * L) - mean[c];
                squares[c] += centered * centered;
            });
        each<C>([&](auto c) INLINED {
            rstd[c] = T(1) / square_root<T>(squares[c] / T(s.B - 1) + eps);
            store(m.rstd + (from + c) * L, rstd[c]);
            gamma[c] = load(net.gamma + (from + c) * L);
            beta[c] = load(net.beta + (from + c) * L);
        });
        for (int64_t b = 0; b < s.B; ++b) {
            Vec<T> y[C];
            each<C>([&](auto c) INLINED {
                int64_t at = b * s.width + c * L;
                Vec<T> xhat = (load(x + at) - mean[c]) * rstd[c];
                store(x + at, xhat);
                y[c] = gamma[c] * xhat + beta[c];
            });
            hyperbolic_tangent<T, C>(y);
            each<C>([&](auto c) INLINED { store(h + b * s.width + c * L, y[c]); });
        }
    });
}

// The loss; logits become the gradient of the loss with respect to them, times −rate.
template <typename T> T judge(Sizes s, Network<T> net, Memory<T> m, const int64_t* targets, T rate) {
    constexpr int L = LANES<T>;
    T loss = 0, share = -rate / T(s.B);
    auto larger = [](Vec<T> a, Vec<T> b) { return a > b ? a : b; };
    for (int64_t b = 0; b < s.B; ++b) {
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
            store(row + v, e.power[0] * e.rest[0] + e.power[0]);
            sum += load(row + v);
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
    return loss / T(s.B);
}

template <typename T> void through_normalisation(Sizes s, Network<T> net, Memory<T> m) {
    for (int64_t j = 0; j < s.width; j += LANES<T>) {
        Vec<T> dbeta{}, dgamma{};
        for (int64_t b = 0; b < s.B; ++b) {
            int64_t at = b * s.width + j;
            Vec<T> h = load(m.h + at), dpreact = (T(1) - h * h) * load(m.d + at);
            store(m.d + at, dpreact);
            dbeta += dpreact;
            dgamma += dpreact * load(m.xhat + at);
        }
        Vec<T> gamma = load(net.gamma + j), scale = gamma * load(m.rstd + j);
        Vec<T> via_mean = dbeta / T(s.B), via_var = dgamma / T(s.B - 1);
        for (int64_t b = 0; b < s.B; ++b) {
            int64_t at = b * s.width + j;
            store(m.d + at, scale * (load(m.d + at) - via_mean - load(m.xhat + at) * via_var));
        }
        store(net.gamma + j, gamma + dgamma);
        store(net.beta + j, load(net.beta + j) + dbeta);
    }
}

template <typename T>
T step(Sizes s, Network<T> net, Memory<T> m, const int64_t* codes, const int64_t* targets, T rate, T eps) {
    const int64_t rows = (s.B + TALL - 1) / TALL * TALL;
    for (int64_t b = 0; b < s.B; ++b)
        for (int64_t t = 0; t < s.T; ++t)
            std::memcpy(m.flat + b * s.inputs + t * s.D, net.table + codes[b * s.T + t] * s.D, s.D * sizeof(T));
    multiply<T, false>({m.flat, s.inputs, 1}, net.W1, m.xhat, s.B, s.T * s.D, s.width);
    normalise(s, net, m, eps);
    dots(m.h, net.W2, m.logits, rows, s.V, s.width, s.letters);
    T loss = judge(s, net, m, targets, rate);
    multiply<T, false>({m.logits, s.letters, 1}, net.W2, m.d, s.B, s.V, s.width);
    multiply<T, true>({m.logits, 1, s.letters}, m.h, net.W2, s.V, s.B, s.width);
    for (int64_t v = 0; v < s.letters; v += LANES<T>) {
        Vec<T> sum{};
        for (int64_t b = 0; b < s.B; ++b) sum += load(m.logits + b * s.letters + v);
        store(net.b2 + v, load(net.b2 + v) + sum);
    }
    through_normalisation(s, net, m);
    dots(m.d, net.W1, m.dflat, rows, s.T * s.D, s.width, s.inputs);
    multiply<T, true>({m.flat, 1, s.inputs}, m.d, net.W1, s.T * s.D, s.B, s.width);
    for (int64_t b = 0; b < s.B; ++b)
        for (int64_t t = 0; t < s.T; ++t) {
            T* row = net.table + codes[b * s.T + t] * s.D;
            for (int64_t d = 0; d < s.D; ++d) row[d] += m.dflat[b * s.inputs + t * s.D + d];
        }
    return loss;
}

// The operator

using Tensors = std::vector<Tensor>;
using torch::headeronly::ScalarType;

template <typename T> T* numbers(const Tensor& tensor) { return static_cast<T*>(tensor.data_ptr()); }

template <typename T>
void run(const Tensors& p, const Tensors& w, const Tensor& context, const Tensor& targets, const Tensor& rows,
         const Tensor& rates, const Tensor& losses, double eps) {
    auto param = [&](int i) { return numbers<T>(p[i]); };
    auto part = [&](int i) { return numbers<T>(w[i]); };
    const Network<T> net{param(0), param(1), param(2), param(3), param(4), param(5)};
    const Memory<T> memory{part(0), part(1), part(2), part(3), part(4), part(5), part(6)};
    const Sizes s{rows.size(1), context.size(1), p[0].size(0), p[0].size(1), p[1].size(1), p[5].size(0), p[1].size(0)};
    const int64_t *drawn = numbers<int64_t>(rows), *windows = numbers<int64_t>(context);
    const int64_t* answers = numbers<int64_t>(targets);
    std::vector<int64_t> codes(s.B * s.T), right(s.B);
    for (int64_t n = 0; n < rows.size(0); ++n, drawn += s.B) {
        for (int64_t b = 0; b < s.B; ++b) {
            STD_TORCH_CHECK(uint64_t(drawn[b]) < uint64_t(context.size(0)), "a row lies outside the windows");
            right[b] = answers[drawn[b]];
            STD_TORCH_CHECK(uint64_t(right[b]) < uint64_t(s.V), "a target lies outside the vocabulary");
            for (int64_t t = 0; t < s.T; ++t) {
                codes[b * s.T + t] = windows[drawn[b] * s.T + t];
                STD_TORCH_CHECK(uint64_t(codes[b * s.T + t]) < uint64_t(s.V), "a code lies outside the vocabulary");
            }
        }
        // The windows lie anywhere in the split: those of the next step are sent for while this one computes.
        if (n + 1 < rows.size(0))
            for (int64_t b = s.B; b < 2 * s.B; ++b) {
                __builtin_prefetch(windows + drawn[b] * s.T);
                __builtin_prefetch(answers + drawn[b]);
            }
        T rate = T(numbers<double>(rates)[n]);
        numbers<T>(losses)[n] = step(s, net, memory, codes.data(), right.data(), rate, T(eps));
    }
}

// That a pointer may be taken to what the operator will read and write, before one is.
void require(const Tensors& tensors, ScalarType kind, const char* what) {
    for (const Tensor& each : tensors) STD_TORCH_CHECK(each.scalar_type() == kind && each.is_contiguous(), what);
}

void steps(Tensors params, Tensors memory, Tensor context, Tensor targets, Tensor rows, Tensor rates, Tensor losses,
           double eps) {
    STD_TORCH_CHECK(params.size() == 6 && memory.size() == 7, "the operator needs 6 parameters and 7 buffers");
    const ScalarType kind = params[0].scalar_type();
    STD_TORCH_CHECK(kind == ScalarType::Float || kind == ScalarType::Double, "parameters are of float32 or float64");
    require(params, kind, "the parameters must be contiguous tensors of one dtype");
    require(memory, kind, "the memory must be contiguous tensors of the parameters' dtype");
    require({losses}, kind, "losses must be a contiguous tensor of the parameters' dtype");
    require({context, targets, rows}, ScalarType::Long, "context, targets and rows must be contiguous tensors of int64");
    require({rates}, ScalarType::Double, "rates must be a contiguous tensor of float64");
    STD_TORCH_CHECK(targets.numel() == context.size(0), "there must be a target for each window");
    STD_TORCH_CHECK(rates.numel() == rows.size(0), "there must be a rate for each step");
    STD_TORCH_CHECK(losses.numel() == rows.size(0), "there must be room for the loss of each step");
    if (kind == ScalarType::Double)
        run<double>(params, memory, context, targets, rows, rates, losses, eps);
    else
        run<float>(params, memory, context, targets, rows, rates, losses, eps);
}

STABLE_TORCH_LIBRARY(handgrad, library) {
    library.def("steps(Tensor(a!)[] params, Tensor(b!)[] memory, Tensor context, Tensor targets, Tensor rows, "
                "Tensor rates, Tensor(c!) losses, float eps) -> ()");
}
STABLE_TORCH_LIBRARY_IMPL(handgrad, CPU, library) { library.impl("steps", TORCH_BOX(&steps)); }
