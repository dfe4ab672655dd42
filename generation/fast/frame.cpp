// One video frame of a folded SampleRNN: every step of its three tiers, sample by
// sample, for some clips of a batch. See fold.py for the matrices and compiled.py for
// the caller; B clips, D wide, all arrays row-major.
//
// Matrices are packed in panels of PANEL outputs: panel p holds, input by input, the
// weights of outputs p * PANEL ... p * PANEL + PANEL - 1. A tile of up to ROWS clips and
// one panel is summed in registers. Vectors are the compiler's own, so that one source
// serves AVX-512, AVX and NEON. In bfloat16 inputs are packed in pairs, sums are
// float32. Every sum runs over its inputs in order, whatever the tile: a clip does not
// depend on those beside it. Nothing is kept between calls and no switch is thrown.

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
constexpr int PANEL = LANES * VECTORS, ROWS = 6, LEVELS = 256;
constexpr int PARTS = 16;  // of the levels, summed apart when one is drawn

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

inline half rounded(float x) {  // to the nearest, ties to even
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  return static_cast<half>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

template <int R>
inline void accumulate(V (&sum)[R][VECTORS], const float* x, long stride,
                       const float* w, int inputs, const float* next) {
  for (int k = 0; k < inputs; k++, w += PANEL) {
    for (int i = 0; next && i < PANEL; i += 16) __builtin_prefetch(next + i, 0, 2);
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
    for (int v = 0; v < VECTORS; v++) {
      V value = sum[r][v];
      if (positive) value = value > 0.f ? value : V{};
      at(y + r * apart + v * LANES) = value;
    }
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
    for (int p = 0; p < panels; p++) {
      const T* w = packed + static_cast<long>(p) * inputs * PANEL;
      // the first of several tiles has the next panel fetched
      const T* next = tiles > 1 && p + 1 < panels ? w + inputs * 1L * PANEL : nullptr;
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
};

template <class T>
struct Tier {  // mirrored in compiled.py
  Matrix<T> recurrent;  // D -> 3D
  const float* read;    // (n, 3D)
  int32_t size;         // n samples read by a step
};

template <class T>
struct Net {  // mirrored in compiled.py
  Tier<T> coarse, frame;
  Matrix<T> lift, told, hidden;
  Matrix<float> out;
  const float* tables;  // (k * 256, D)
  int32_t dim, k;
};

template <class T>
struct Clips {
  const Net<T>& net;
  const int rows;
  std::vector<float> recalled, lifted, below, wide, deep, logits;
  std::vector<T> narrow;

  Clips(const Net<T>& net, int rows)
      : net(net), rows(rows), recalled(rows * net.frame.recurrent.width()),
        lifted(rows * net.lift.width()), below(rows * net.told.width()),
        wide(static_cast<long>(rows) * net.dim), deep(rows * net.hidden.width()),
        logits(rows * net.out.width()), narrow(static_cast<long>(rows) * net.dim) {}

  // (B, D) ready for a product: as it is, or in bfloat16
  const T* input(const float* values) {
    if constexpr (sizeof(T) == sizeof(float)) {
      return values;
    } else {
      for (size_t i = 0; i < narrow.size(); i++) narrow[i] = rounded(values[i]);
      return narrow.data();
    }
  }

  // a step of torch's GRU cell: `tokens` rows of n levels read, `told` rows of 3D
  void step(const Tier<T>& tier, const uint8_t* tokens, long across, const float* told,
            long apart, float* state) {
    const int dim = net.dim;
    tier.recurrent.product(rows, input(state), dim, recalled.data());
    for (int r = 0; r < rows; r++) {
      const float* old = &recalled[r * tier.recurrent.width()];
      for (int d = 0; d < dim; d += LANES) {
        V gate[3];
        for (int g = 0; g < 3; g++) gate[g] = at(told + r * apart + g * dim + d);
        for (int n = 0; n < tier.size; n++) {
          const float level = tokens[r * across + n] / 64.f - 2.f;
          for (int g = 0; g < 3; g++)
            gate[g] += level * at(tier.read + (n * 3L + g) * dim + d);
        }
        const V reset = sigmoid(gate[0] + at(old + d));
        const V update = sigmoid(gate[1] + at(old + dim + d));
        const V fresh = hyperbolic(gate[2] + reset * at(old + 2 * dim + d));
        V& held = at(state + static_cast<long>(r) * dim + d);
        held = fresh + update * (held - fresh);
      }
    }
  }

  void predict(const uint8_t* window, long across, int offset) {
    const int dim = net.dim;
    for (int r = 0; r < rows; r++) {
      const float* told = &below[r * net.told.width() + static_cast<long>(offset) * dim];
      float* sum = &wide[static_cast<long>(r) * dim];
      const uint8_t* levels = window + r * across;
      for (int d = 0; d < dim; d += LANES) {
        V value = at(told + d);
        for (int i = 0; i < net.k; i++)
          value += at(net.tables + (LEVELS * i + levels[i]) * static_cast<long>(dim) + d);
        at(sum + d) = value > 0.f ? value : V{};
      }
    }
    net.hidden.product(rows, input(wide.data()), dim, deep.data(), true);
    net.out.product(rows, deep.data(), net.hidden.width(), logits.data());
  }
};

// The first level whose cumulative share is above u.
uint8_t draw(const float* logits, float sharpness, float u) {
  V most = at(logits);
  for (int q = LANES; q < LEVELS; q += LANES)
    most = at(logits + q) > most ? at(logits + q) : most;
  float top = most[0];
  for (int i = 1; i < LANES; i++) top = std::max(top, most[i]);
  float shares[LEVELS], sums[PARTS];
  for (int q = 0; q < LEVELS; q += LANES)
    at(shares + q) = exponential((at(logits + q) - top) * sharpness);
  constexpr int EACH = LEVELS / PARTS;
  double total = 0;
  for (int p = 0; p < PARTS; p++) {
    sums[p] = 0;
    for (int i = 0; i < EACH; i++) sums[p] += shares[p * EACH + i];
    total += sums[p];
  }
  const double goal = u * total;
  double passed = 0;
  int part = 0;
  while (part < PARTS - 1 && passed + sums[part] <= goal) passed += sums[part++];
  int level = part * EACH;
  for (; level < LEVELS - 1; level++) {
    passed += shares[level];
    if (passed > goal) break;
  }
  return static_cast<uint8_t>(level);
}

template <class T>
void run(const Net<T>& net, int rows, int samples, float sharpness, const float* seen,
         const float* uniforms, float* coarse, float* frame, uint8_t* tokens) {
  Clips<T> clips(net, rows);
  const int fs3 = net.coarse.size, fs2 = net.frame.size, dim = net.dim;
  const long across = fs3 + samples;
  for (int t = 0; t < samples; t++) {
    if (t % fs3 == 0) {
      clips.step(net.coarse, tokens + t, across, seen, 3L * dim, coarse);
      net.lift.product(rows, clips.input(coarse), dim, clips.lifted.data());
    }
    if (t % fs2 == 0) {
      const float* told = &clips.lifted[t % fs3 / fs2 * 3L * dim];
      clips.step(net.frame, tokens + fs3 + t - fs2, across, told, net.lift.width(),
                 frame);
      net.told.product(rows, clips.input(frame), dim, clips.below.data());
    }
    clips.predict(tokens + fs3 + t - net.k, across, t % fs2);
    for (int r = 0; r < rows; r++)
      tokens[r * across + fs3 + t] =
          draw(&clips.logits[r * net.out.width()], sharpness,
               uniforms[static_cast<long>(r) * samples + t]);
  }
}

}  // namespace

// tokens: (B, fs3 + samples), the first fs3 given, the rest filled in; seen: (B, 3D);
// uniforms: (B, samples); coarse and frame: (B, D), the states, changed in place.
#define EXPORT(name, T)                                                                \
  extern "C" void name(const Net<T>* net, int rows, int samples, float sharpness,      \
                       const float* seen, const float* uniforms, float* coarse,        \
                       float* frame, uint8_t* tokens) {                                \
    run(*net, rows, samples, sharpness, seen, uniforms, coarse, frame, tokens);        \
  }
EXPORT(frame_float32, float)
EXPORT(frame_bfloat16, half)

extern "C" int panel_width() { return PANEL; }
