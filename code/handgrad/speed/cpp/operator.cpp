// The operator that torch knows: it looks at what it is given, gathers the minibatches and takes the steps.

#include "step.h"

#include <torch/csrc/stable/library.h>
#include <torch/csrc/stable/tensor.h>
#include <torch/headeronly/core/ScalarType.h>
#include <torch/headeronly/util/Exception.h>

#include <vector>

using torch::stable::Tensor;
using Tensors = std::vector<Tensor>;
using torch::headeronly::ScalarType;

template <typename T> T* numbers(const Tensor& tensor) { return static_cast<T*>(tensor.data_ptr()); }

template <typename T>
void run(Sizes s, const Tensors& p, const Tensors& w, const Tensor& context, const Tensor& targets, const Tensor& rows,
         const Tensor& rates, const Tensor& losses, double eps) {
    auto param = [&](int i) { return numbers<T>(p[i]); };
    auto part = [&](int i) { return numbers<T>(w[i]); };
    const Network<T> net{param(0), param(1), param(2), param(3), param(4), param(5)};
    const Memory<T> memory{part(0), part(1), part(2), part(3),  part(4),  part(5),  part(6),
                           part(7), part(8), part(9), part(10), part(11), part(12), part(13)};
    const int64_t *drawn = numbers<int64_t>(rows), *windows = numbers<int64_t>(context);
    const int64_t* answers = numbers<int64_t>(targets);
    std::vector<int64_t> codes(s.B * s.T), right(s.B);
    for (int64_t i = 0; i < rows.numel(); ++i)
        STD_TORCH_CHECK(uint64_t(drawn[i]) < uint64_t(context.size(0)), "a row lies outside the windows");
    for (int64_t n = 0; n < rows.size(0); ++n, drawn += s.B) {
        for (int64_t b = 0; b < s.B; ++b) {
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
void require_kind(const Tensors& tensors, ScalarType kind, const char* what) {
    for (const Tensor& each : tensors) STD_TORCH_CHECK(each.scalar_type() == kind && each.is_contiguous(), what);
}

Sizes sizes(const Tensors& p, const Tensors& w, const Tensor& context, const Tensor& rows) {
    STD_TORCH_CHECK(p[0].dim() == 2 && p[1].dim() == 2 && w[3].dim() == 2 && context.dim() == 2 && rows.dim() == 2,
                    "table, W1, h, context and rows must be matrices");
    return {rows.size(1), context.size(1), p[0].size(0), p[0].size(1),
            p[1].size(1), p[5].numel(),    p[1].size(0), w[3].size(0)};
}

// That the parameters and the memory are as large as a minibatch of these sizes takes, and padded.
void require_sizes(Sizes s, const Tensors& params, const Tensors& memory) {
    STD_TORCH_CHECK(s.B > 1, "batch normalisation needs a batch of at least 2 rows");
    // As many as the longest vector of any processor has of float32.
    STD_TORCH_CHECK(s.width % 16 == 0 && s.letters % 16 == 0 && s.inputs % TALL == 0, "rows must be padded");
    const int64_t B = in_tiles(s.B), W1 = s.inputs * s.width, W2 = in_tiles(s.V) * s.width, blocks = s.B > s.block;
    const int64_t wanted[] = {
        s.V * s.D, W1, s.width, s.width, W2, s.letters,
        B * s.inputs, B * s.width, B * s.width, s.block * s.width, s.block * s.letters, s.block * s.inputs,
        s.width, s.width, s.width, s.width, blocks * W1, blocks * W2, s.letters, s.V * s.D};
    bool fit = s.V <= s.letters && s.T * s.D <= s.inputs && s.block > 0 && s.block % TALL == 0 && s.block <= B;
    for (int i = 0; i < 6; ++i) fit = fit && params[i].numel() == wanted[i];
    for (int i = 0; i < 14; ++i) fit = fit && memory[i].numel() == wanted[6 + i];
    STD_TORCH_CHECK(fit, "the memory is for other sizes");
}

void steps(Tensors params, Tensors memory, Tensor context, Tensor targets, Tensor rows, Tensor rates, Tensor losses,
           double eps) {
    STD_TORCH_CHECK(params.size() == 6 && memory.size() == 14, "the operator needs 6 parameters and 14 buffers");
    const ScalarType kind = params[0].scalar_type();
    STD_TORCH_CHECK(kind == ScalarType::Float || kind == ScalarType::Double, "parameters are of float32 or float64");
    require_kind(params, kind, "the parameters must be contiguous tensors of one dtype");
    require_kind(memory, kind, "the memory must be contiguous tensors of the parameters' dtype");
    require_kind({losses}, kind, "losses must be a contiguous tensor of the parameters' dtype");
    require_kind({context, targets, rows}, ScalarType::Long,
                 "context, targets and rows must be contiguous tensors of int64");
    require_kind({rates}, ScalarType::Double, "rates must be a contiguous tensor of float64");
    STD_TORCH_CHECK(targets.numel() == context.size(0), "there must be a target for each window");
    STD_TORCH_CHECK(rates.numel() == rows.size(0), "there must be a rate for each step");
    STD_TORCH_CHECK(losses.numel() == rows.size(0), "there must be room for the loss of each step");
    const Sizes s = sizes(params, memory, context, rows);
    require_sizes(s, params, memory);
    auto of_kind = kind == ScalarType::Double ? run<double> : run<float>;
    of_kind(s, params, memory, context, targets, rows, rates, losses, eps);
}

STABLE_TORCH_LIBRARY(handgrad, library) {
    library.def("steps(Tensor(a!)[] params, Tensor(b!)[] memory, Tensor context, Tensor targets, Tensor rows, "
                "Tensor rates, Tensor(c!) losses, float eps) -> ()");
}
STABLE_TORCH_LIBRARY_IMPL(handgrad, CPU, library) { library.impl("steps", TORCH_BOX(&steps)); }
