#include "report.h"

#include <stdio.h>
#include <string.h>

int mops_feed_line(mops_feed *feed, const char *line) {
  const mops_model *m = feed->model;
  line += strspn(line, " \t");
  if (*line == '#' || *line == '\n' || *line == '\r' || *line == '\0') return 0;
  size_t name = strlen(m->signal_names[0]);
  if (feed->count == 0 && strncmp(line, m->signal_names[0], name) == 0 && line[name] == ',') return 0;

  float sample[MOPS_MAX_SIGNALS];
  if (!mops_parse_sample(m, line, sample)) return -1;
  size_t width = m->signals, kept = (m->window - 1) * width;
  if (feed->count < m->window) {
    memcpy(feed->samples + feed->count++ * width, sample, width * sizeof *sample);
  } else {
    memmove(feed->samples, feed->samples + width, kept * sizeof *sample);
    memcpy(feed->samples + kept, sample, width * sizeof *sample);
  }
  return 1;
}

int mops_feed_ready(const mops_feed *feed) { return feed->count == feed->model->window; }

size_t mops_feed_json(const mops_feed *feed, char *text, size_t size) {
  const mops_model *m = feed->model;
  float probabilities[MOPS_MAX_STATES];
  unsigned likeliest = mops_predict(m, feed->samples, probabilities);
  size_t used = (size_t)snprintf(text, size, "{\"state\":\"%s\",\"probabilities\":{", m->state_names[likeliest]);
  for (unsigned c = 0; c < m->states && used < size; c++)
    used += (size_t)snprintf(text + used, size - used, "%s\"%s\":%.6f", c ? "," : "", m->state_names[c],
                             (double)probabilities[c]);
  if (used < size) used += (size_t)snprintf(text + used, size - used, "}}\n");
  return used < size ? used : size - 1;
}
