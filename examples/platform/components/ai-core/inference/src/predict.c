#include "mobileops_infer.h"

#include <math.h>
#include <stdlib.h>

/* Of each signal its level (mean of the window) and its trend (later half minus earlier half). */
static void features_of(const mops_model *m, const float *window, float *features) {
  unsigned half = m->window / 2;
  for (unsigned s = 0; s < m->signals; s++) {
    float early = 0, late = 0;
    for (unsigned t = 0; t < 2 * half; t++) {
      float value = window[t * m->signals + s];
      value = value > 0 ? value : 0;
      value = value < m->maximum[s] ? value : m->maximum[s];
      if (t < half) early += value / m->scale[s];
      else late += value / m->scale[s];
    }
    early /= (float)half;
    late /= (float)half;
    features[s] = (early + late) / 2;
    features[m->signals + s] = late - early;
  }
}

unsigned mops_predict(const mops_model *m, const float *window, float *probabilities) {
  float features[2 * MOPS_MAX_SIGNALS], hidden[MOPS_MAX_HIDDEN];
  features_of(m, window, features);

  for (unsigned h = 0; h < m->hidden; h++) {
    float sum = m->hidden_bias[h];
    for (unsigned f = 0; f < 2 * m->signals; f++) sum += features[f] * m->hidden_weights[f][h];
    hidden[h] = sum > 0 ? sum : 0;
  }

  unsigned likeliest = 0;
  for (unsigned c = 0; c < m->states; c++) {
    float sum = m->state_bias[c];
    for (unsigned h = 0; h < m->hidden; h++) sum += hidden[h] * m->state_weights[h][c];
    probabilities[c] = sum;
    if (sum > probabilities[likeliest]) likeliest = c;
  }

  float top = probabilities[likeliest], total = 0;
  for (unsigned c = 0; c < m->states; c++) total += probabilities[c] = expf(probabilities[c] - top);
  for (unsigned c = 0; c < m->states; c++) probabilities[c] /= total;
  return likeliest;
}

int mops_parse_sample(const mops_model *m, const char *line, float *sample) {
  for (unsigned s = 0; s < m->signals; s++) {
    char *end;
    sample[s] = strtof(line, &end);
    if (end == line || !isfinite(sample[s])) return 0;
    while (*end == ' ' || *end == '\t') end++;
    if (s + 1 < m->signals) {
      if (*end != ',') return 0;
      end++;
    }
    line = end;
  }
  return *line == '\0' || *line == '\n' || *line == '\r';
}
