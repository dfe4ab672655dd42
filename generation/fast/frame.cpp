// One video frame of a folded SampleRNN: every step of its three tiers, sample by
// sample, for some clips of a batch. See fold.py for the matrices, products.h for how
// they are packed and compiled.py for the caller; B clips, D wide, all arrays row-major.
// Nothing is kept between calls and no switch is thrown.

#include "products.h"

namespace {

constexpr int LEVELS = 256;
constexpr int PARTS = 16;  // of the levels, summed apart when one is drawn

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
  std::vector<int32_t> live;

  Clips(const Net<T>& net, int rows)
      : net(net), rows(rows), recalled(rows * net.frame.recurrent.width()),
        lifted(rows * net.lift.width()), below(rows * net.told.width()),
        wide(static_cast<long>(rows) * net.dim), deep(rows * net.hidden.width()),
        logits(rows * net.out.width()), narrow(static_cast<long>(rows) * net.dim), live(net.dim) {}

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
        at(sum + d) = rectify(value);
      }
    }
    if constexpr (sizeof(T) == sizeof(float))
      if (rows == 1) {
        net.hidden.sparse(wide.data(), deep.data(), true, live.data());
        net.out.sparse(deep.data(), logits.data(), false, live.data());
        return;
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
