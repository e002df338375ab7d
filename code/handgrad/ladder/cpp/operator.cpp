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
void run(const Tensors& p, const Tensors& w, const Tensor& context, const Tensor& targets, const Tensor& rows,
         const Tensor& rates, const Tensor& losses, double eps) {
    auto param = [&](int i) { return numbers<T>(p[i]); };
    auto part = [&](int i) { return numbers<T>(w[i]); };
    const Network<T> net{param(0), param(1), param(2), param(3), param(4), param(5)};
    const Memory<T> memory{part(0), part(1), part(2), part(3), part(4),  part(5), part(6),
                           part(7), part(8), part(9), part(10), part(11), part(12)};
    const Sizes s{rows.size(1), context.size(1), p[0].size(0), p[0].size(1),
                  p[1].size(1), p[5].size(0),    p[1].size(0), w[3].size(0)};
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
    STD_TORCH_CHECK(params.size() == 6 && memory.size() == 13, "the operator needs 6 parameters and 13 buffers");
    const ScalarType kind = params[0].scalar_type();
    STD_TORCH_CHECK(kind == ScalarType::Float || kind == ScalarType::Double, "parameters are of float32 or float64");
    require(params, kind, "the parameters must be contiguous tensors of one dtype");
    require(memory, kind, "the memory must be contiguous tensors of the parameters' dtype");
    require({losses}, kind, "losses must be a contiguous tensor of the parameters' dtype");
    require({context, targets, rows}, ScalarType::Long,
            "context, targets and rows must be contiguous tensors of int64");
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
