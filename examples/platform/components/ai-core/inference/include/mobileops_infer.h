/* Telemetry inference: reads models/model.bin (the format is described in scripts/model_file.py)
 * and says in which state a platform probably is. C99, no dependencies, no allocation after load. */
#ifndef MOBILEOPS_INFER_H
#define MOBILEOPS_INFER_H

#include <stddef.h>

enum { MOPS_MAX_SIGNALS = 16, MOPS_MAX_STATES = 16, MOPS_MAX_HIDDEN = 64, MOPS_MAX_WINDOW = 64 };

typedef struct {
  unsigned window, signals, hidden, states;
  char signal_names[MOPS_MAX_SIGNALS][17];
  char state_names[MOPS_MAX_STATES][17];
  float maximum[MOPS_MAX_SIGNALS];
  float scale[MOPS_MAX_SIGNALS];
  float hidden_weights[2 * MOPS_MAX_SIGNALS][MOPS_MAX_HIDDEN];
  float hidden_bias[MOPS_MAX_HIDDEN];
  float state_weights[MOPS_MAX_HIDDEN][MOPS_MAX_STATES];
  float state_bias[MOPS_MAX_STATES];
} mops_model;

/* Reads a model; NULL when all is well, else what is wrong with the file. */
const char *mops_load(mops_model *model, const char *path);

/* `window` holds model->window samples of model->signals values each, oldest first, in natural
 * units; values are clamped to 0 .. maximum. Fills `probabilities` (one a state) and returns the
 * index of the likeliest state. */
unsigned mops_predict(const mops_model *model, const float *window, float *probabilities);

/* Reads one sample, "cpu,memory,latency,errors", as one line of CSV. Returns 1, or 0 when the line
 * is not exactly model->signals finite numbers. */
int mops_parse_sample(const mops_model *model, const char *line, float *sample);

#endif
