// Vectors, and products of few rows with packed matrices, for frame.cpp.
//
// Matrices are packed in panels of PANEL outputs: panel p holds, input by input, the
// weights of outputs p * PANEL ... p * PANEL + PANEL - 1. A tile of up to ROWS clips and
// one panel is summed in registers. Vectors are the compiler's own, so that one source
// serves AVX-512, AVX and NEON. In bfloat16 inputs are packed in pairs, sums are
// float32. Every sum runs over its inputs in order, whatever the tile, and leaving out
// those that are 0 alters none: a clip does not depend on those beside it.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>
#ifdef __AVX512BF16__
#include <immintrin.h>
#endif

namespace {

#if defined(__AVX512F__)
constexpr int LANES = 16, VECTORS = 4;
#elif defined(__AVX__)
constexpr int LANES = 8, VECTORS = 2;
#else
constexpr int LANES = 4, VECTORS = 4;
#endif
constexpr int PANEL = LANES * VECTORS, ROWS = 6;
constexpr int AHEAD = 32 * PANEL;  // weights: the start a stream from memory wants
constexpr long NEAR = 1 << 20;     // bytes of a matrix that stays in a nearby cache

typedef float V __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t I __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t half;  // the bits of a bfloat16

inline V& at(float* p) { return *reinterpret_cast<V*>(p); }
inline const V& at(const float* p) { return *reinterpret_cast<const V*>(p); }
inline V all(float x) { return x - V{}; }  // x + 0 is not x if x is -0: an addition

// exp to 1 unit in the last place or so: 2^n e^r, |r| <= ln 2 / 2 (Cephes, expf)
inline V exponential(V x) {
  x = x < -87.f ? all(-87.f) : x;
  x = x > 88.f ? all(88.f) : x;
  const float round = 12582912.f;  // 1.5 * 2^23: adding it leaves a whole number
  V n = (x * 1.44269504088896341f + round) - round;
  V r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  V s = 1.9875691500e-4f * r + 1.3981999507e-3f;
  s = s * r + 8.3334519073e-3f;
  s = s * r + 4.1665795894e-2f;
  s = s * r + 1.6666665459e-1f;
  s = s * r + 5.0000001201e-1f;
  I power = (__builtin_convertvector(n, I) + 127) << 23;
  return (s * r * r + r + 1.f) * reinterpret_cast<V&>(power);
}
inline V sigmoid(V x) { return 1.f / (1.f + exponential(-x)); }
inline V hyperbolic(V x) { return 2.f * sigmoid(2.f * x) - 1.f; }

inline V rectify(V x) { return x > 0.f ? x : V{}; }

inline half rounded(float x) {  // to the nearest, ties to even
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  return static_cast<half>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

template <int R>
inline void accumulate(V (&sum)[R][VECTORS], const float* x, long stride,
                       const float* w, int inputs, const float* next) {
  for (int k = 0; k < inputs; k++, w += PANEL) {
    for (int i = 0; next && i < PANEL; i += 16) __builtin_prefetch(next + i);
    next += next ? PANEL : 0;
    for (int r = 0; r < R; r++) {
      const V value = all(x[r * stride + k]);
      for (int v = 0; v < VECTORS; v++) sum[r][v] += value * at(w + v * LANES);
    }
  }
}

template <int R>
inline void accumulate(V (&sum)[R][VECTORS], const half* x, long stride,
                       const half* w, int inputs, const half*) {
  for (int k = 0; k < inputs; k += 2, w += 2 * PANEL)
    for (int r = 0; r < R; r++) {
      uint32_t pair;
      std::memcpy(&pair, x + r * stride + k, 4);
      for (int v = 0; v < VECTORS; v++) {
        const half* pairs = w + v * 2 * LANES;
#ifdef __AVX512BF16__
        const __m512i weights = _mm512_loadu_si512(pairs);
        sum[r][v] = reinterpret_cast<V>(_mm512_dpbf16_ps(
            reinterpret_cast<__m512>(sum[r][v]),
            reinterpret_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(pair))),
            reinterpret_cast<__m512bh>(weights)));
#else
        I both;
        std::memcpy(&both, pairs, sizeof both);
        I even = both << 16, odd = both & static_cast<int32_t>(0xffff0000u);
        const uint32_t each[2] = {pair << 16, pair & 0xffff0000u};
        float value[2];
        std::memcpy(value, each, 8);
        sum[r][v] += value[0] * reinterpret_cast<V&>(even);
        sum[r][v] += value[1] * reinterpret_cast<V&>(odd);
#endif
      }
    }
}

template <int R, class T>
void tile(const T* x, long stride, const T* w, const float* bias, int inputs, float* y,
          long apart, bool positive, const T* next) {
  V sum[R][VECTORS];
  for (int r = 0; r < R; r++)
    for (int v = 0; v < VECTORS; v++) sum[r][v] = at(bias + v * LANES);
  accumulate<R>(sum, x, stride, w, inputs, next);
  for (int r = 0; r < R; r++)
    for (int v = 0; v < VECTORS; v++)
      at(y + r * apart + v * LANES) = positive ? rectify(sum[r][v]) : sum[r][v];
}

template <class T>
struct Matrix {  // mirrored in compiled.py
  const T* packed;    // (panels, inputs, PANEL), in bfloat16 (panels, inputs/2, PANEL, 2)
  const float* bias;  // (panels * PANEL)
  int32_t inputs, panels;

  long width() const { return static_cast<long>(panels) * PANEL; }

  // y (B, width) = x (B, inputs), rows `stride` apart, times the matrix, plus the bias
  void product(int rows, const T* x, long stride, float* y, bool positive = false) const {
    const int tiles = (rows + ROWS - 1) / ROWS;
    const bool far = inputs * width() * static_cast<long>(sizeof(T)) > NEAR;
    for (int p = 0; p < panels; p++) {
      const T* w = packed + static_cast<long>(p) * inputs * PANEL;
      // one tile has its weights fetched a little ahead, of several the first the next
      // panel's; bfloat16 takes long enough to compute
      const T* next = tiles == 1 ? w + AHEAD : w + inputs * 1L * PANEL;
      if (!far || (tiles > 1 && p + 1 == panels)) next = nullptr;
      for (int t = 0; t < tiles; t++) {
        // rows spread evenly: eight are four and four, not six and two
        const int from = rows * t / tiles, count = rows * (t + 1) / tiles - from;
        const T* in = x + from * stride;
        float* out = y + from * width() + static_cast<long>(p) * PANEL;
        const float* shift = bias + static_cast<long>(p) * PANEL;
        switch (count) {
#define CASE(n) \
  case n:                                                                               \
    tile<n>(in, stride, w, shift, inputs, out, width(), positive, t ? nullptr : next);  \
    break;
          CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#undef CASE
        }
      }
    }
  }

  // The same of one row that went through a ReLU, which made half of it 0 or so: those
  // inputs' weights are not read. `live` has room for a number per input.
  void sparse(const float* x, float* y, bool positive, int32_t* live) const {
    int count = 0;
    for (int k = 0; k < inputs; k++) {
      live[count] = k;
      count += x[k] != 0.f;
    }
    for (int p = 0; p < panels; p++) {
      const float* w = packed + static_cast<long>(p) * inputs * PANEL;
      V sum[VECTORS];
      for (int v = 0; v < VECTORS; v++) sum[v] = at(bias + p * PANEL + v * LANES);
      for (int i = 0; i < count; i++) {
        const V value = all(x[live[i]]);
        const float* weights = w + live[i] * 1L * PANEL;
        for (int v = 0; v < VECTORS; v++) sum[v] += value * at(weights + v * LANES);
      }
      for (int v = 0; v < VECTORS; v++)
        at(y + p * PANEL + v * LANES) = positive ? rectify(sum[v]) : sum[v];
    }
  }
};

}  // namespace
