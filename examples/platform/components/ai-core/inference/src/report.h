/* How the program answers: predictions for samples that come as lines of CSV. */
#ifndef MOBILEOPS_REPORT_H
#define MOBILEOPS_REPORT_H

#include "mobileops_infer.h"

/* The latest samples; a full window can be judged. */
typedef struct {
  const mops_model *model;
  float samples[MOPS_MAX_WINDOW * MOPS_MAX_SIGNALS];
  unsigned count;
} mops_feed;

/* Takes one line. Returns 1 after a sample, 0 after an empty line, a comment or the heading of
 * names, -1 when the line is none of these. */
int mops_feed_line(mops_feed *feed, const char *line);

/* True when enough samples have come. */
int mops_feed_ready(const mops_feed *feed);

/* Writes {"state":"…","probabilities":{…}} and returns its length; `size` bounds it. */
size_t mops_feed_json(const mops_feed *feed, char *text, size_t size);

/* Answers HTTP on 127.0.0.1 or, when `everywhere`, on all addresses, until SIGTERM or SIGINT:
 * GET /health, GET /model, POST /predict (CSV in the body). Returns the program's exit code. */
int mops_serve(const mops_model *model, const char *port, int everywhere);

/* GET /health of a server on this machine; 0 when it answers 200. */
int mops_probe(const char *port);

#endif
